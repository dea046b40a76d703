package dev.gnomon.store.prefix;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.BucketWriter;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Found;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Brings single objects from one prefix to another as they are now: by a copy inside the server
/// where there is a version that can be named, otherwise through this process. Thread-safe, but one
/// caller a key.
final class KeyCopies {
  private static final int BUFFER_BYTES = 1 << 17;

  private final Bucket source;
  private final Bucket target;

  private final AlteredAttributes altered;
  private final ServerCopies copies;

  /// @param stubborn to remember in what can't be written as it should be; nobody else's
  KeyCopies(Bucket source, Bucket target, KnownPairs stubborn) {
    this.source = source;
    this.target = target;
    this.altered = new AlteredAttributes(stubborn);
    this.copies = new ServerCopies(source, target);
  }

  /// How a key is now.
  sealed interface Settled {
    /// Neither side has it.
    record Nowhere() implements Settled {}

    /// @param refused whether the server of the target keeps other attributes than it was given
    record Equal(boolean refused) implements Settled {}

    /// @param fresh whether the target had nothing under the key
    /// @param content whether the content was another one, and not only what it carries
    /// @param modified when the source was written, by its server
    /// @param attributes that were written
    record Written(
        long bytes, boolean fresh, boolean content, Instant modified, Attributes attributes)
        implements Settled {}

    /// Only the target has it.
    record Gone() implements Settled {}

    /// It changed while it was copied, or was not copied to its end.
    record Unsettled() implements Settled {}

    record Fault(String reason) implements Settled {}
  }

  /// @param mayBeThere whether the target may have it
  /// @param stopped ends it as soon as it is true, between two blocks of the content
  Settled settle(String key, boolean mayBeThere, BooleanSupplier stopped) {
    if (stopped.getAsBoolean()) {
      return new Settled.Unsettled();
    }
    try {
      Optional<Found> now = source.reader().look(key, Optional.empty());
      Optional<Found> there =
          mayBeThere || now.isEmpty()
              ? target.reader().look(key, Optional.empty())
              : Optional.empty();
      if (now.isEmpty() || isTooLarge(now.get().size())) {
        return there.isPresent() ? new Settled.Gone() : new Settled.Nowhere();
      }
      if (there.isEmpty()) {
        return bring(key, now.get(), true, true, stopped);
      }
      if (!sameContent(key, now.get(), there.get(), stopped)) {
        return bring(key, now.get(), false, true, stopped);
      }
      return settleAttributes(key, now.get(), there.get(), stopped);
    } catch (ObjectStoreException | UncheckedIOException e) {
      if (stopped.getAsBoolean()) {
        return new Settled.Unsettled();
      }
      return new Settled.Fault("'%s': %s".formatted(key, e.getMessage()));
    }
  }

  /// Whether the source has it not.
  boolean isGone(String key) {
    return source
        .reader()
        .look(key, Optional.empty())
        .filter(found -> !isTooLarge(found.size()))
        .isEmpty();
  }

  static boolean isTooLarge(long size) {
    return size > BucketWriter.LARGEST_PUT_BYTES;
  }

  private Settled settleAttributes(String key, Found now, Found there, BooleanSupplier stopped) {
    if (now.attributes().equals(there.attributes())) {
      return new Settled.Equal(false);
    }
    if (altered.isLeft(key, now.attributes(), there.attributes())) {
      return new Settled.Equal(true);
    }
    Settled settled = bring(key, now, false, false, stopped);
    if (settled instanceof Settled.Written written) {
      target
          .reader()
          .look(key, Optional.empty())
          .filter(kept -> !kept.attributes().equals(written.attributes()))
          .ifPresent(kept -> altered.leave(key, written.attributes(), kept.attributes()));
    }
    return settled;
  }

  /// Equal sizes and ETags are equal content. Unequal ETags may be, too: not every ETag is an MD5.
  private boolean sameContent(String key, Found now, Found there, BooleanSupplier stopped) {
    return now.size() == there.size()
        && (now.size() == 0 || now.etag().equals(there.etag()) || equalBytes(key, stopped));
  }

  private boolean equalBytes(String key, BooleanSupplier stopped) {
    Optional<Body> one = source.reader().read(key, Optional.empty());
    if (one.isEmpty()) {
      return false;
    }
    try (Body here = one.get()) {
      Optional<Body> other = target.reader().read(key, Optional.empty());
      if (other.isEmpty()) {
        return false;
      }
      try (Body there = other.get()) {
        return equal(new Stoppable(here.content(), stopped), there.content());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading it failed: " + e, e);
    }
  }

  private static boolean equal(InputStream one, InputStream other) throws IOException {
    while (true) {
      byte[] a = one.readNBytes(BUFFER_BYTES);
      if (!Arrays.equals(a, other.readNBytes(BUFFER_BYTES))) {
        return false;
      }
      if (a.length < BUFFER_BYTES) {
        return true;
      }
    }
  }

  private Settled bring(
      String key, Found now, boolean fresh, boolean content, BooleanSupplier stopped) {
    ServerCopies.Made copy = copies.make(key, now);
    if (copy == ServerCopies.Made.YES) {
      return written(now, fresh, content);
    }
    Optional<Body> body = source.reader().read(key, Optional.empty());
    if (body.isEmpty()) {
      return fresh ? new Settled.Nowhere() : new Settled.Gone();
    }
    boolean[] changed = {false};
    try (Body open = body.get()) {
      Found found = open.found();
      boolean[] used = {false};
      target
          .writer()
          .put(
              key,
              found.attributes(),
              found.size(),
              () -> {
                if (used[0]) {
                  return new Stoppable(again(key, found, changed), stopped);
                }
                used[0] = true;
                return new Stoppable(open.content(), stopped);
              });
      if (copy == ServerCopies.Made.REFUSED) {
        copies.fetched(key);
      }
      return written(found, fresh, content);
    } catch (IOException e) {
      throw new UncheckedIOException("reading it failed: " + e, e);
    } catch (UncheckedIOException e) {
      if (changed[0]) {
        return new Settled.Unsettled();
      }
      throw e;
    }
  }

  private static Settled written(Found found, boolean fresh, boolean content) {
    return new Settled.Written(found.size(), fresh, content, found.modified(), found.attributes());
  }

  /// The same content from its beginning; another one would get the wrong attributes.
  private InputStream again(String key, Found first, boolean[] changed) {
    Optional<Body> body = source.reader().read(key, Optional.empty());
    if (body.filter(one -> one.found().etag().equals(first.etag())).isPresent()) {
      return body.get().content();
    }
    changed[0] = true;
    IOException fault = new IOException("it changed while it was copied");
    if (body.isPresent()) {
      try {
        body.get().close();
      } catch (IOException e) {
        fault.addSuppressed(e);
      }
    }
    throw new UncheckedIOException(fault);
  }

  /// Content that fails once it was told to stop.
  private static final class Stoppable extends FilterInputStream {
    private final BooleanSupplier stopped;

    Stoppable(InputStream content, BooleanSupplier stopped) {
      super(content);
      this.stopped = stopped;
    }

    @Override
    public int read() throws IOException {
      requireGoing();
      return super.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      requireGoing();
      return super.read(into, offset, length);
    }

    private void requireGoing() throws IOException {
      if (stopped.getAsBoolean()) {
        throw new IOException("it was told to stop");
      }
    }
  }
}
