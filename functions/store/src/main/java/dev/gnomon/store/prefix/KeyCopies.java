package dev.gnomon.store.prefix;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.BucketWriter;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Found;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Brings single objects from one prefix to another as they are now: by a copy inside the server
/// where there is a version that can be named, otherwise through this process. Thread-safe, but one
/// caller a key.
final class KeyCopies {
  private static final int BUFFER_BYTES = 1 << 17;
  private static final int MAX_STUBBORN = 100_000;

  private final Bucket source;
  private final Bucket target;

  /// Attributes that a server made others of, although they were written as they should be.
  private final Set<KnownPairs.Print> stubborn = ConcurrentHashMap.newKeySet();

  KeyCopies(Bucket source, Bucket target) {
    this.source = source;
    this.target = target;
  }

  /// How a key is now.
  sealed interface Settled {
    /// Neither side has it.
    record Nowhere() implements Settled {}

    /// @param refused whether the server of the target keeps other attributes than it was given
    record Equal(boolean refused) implements Settled {}

    /// @param fresh whether the target had nothing under the key
    /// @param content whether the content was another one, and not only what it carries
    /// @param modifiedMillis when the source was written, in milliseconds since 1970
    record Written(long bytes, boolean fresh, boolean content, long modifiedMillis)
        implements Settled {}

    /// Only the target has it.
    record Gone() implements Settled {}

    /// It changed while it was copied.
    record Changed() implements Settled {}

    record Fault(String reason) implements Settled {}
  }

  /// @param mayBeThere whether the target may have it
  Settled settle(String key, boolean mayBeThere) {
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
        return bring(key, now.get(), true, true);
      }
      if (!sameContent(key, now.get(), there.get())) {
        return bring(key, now.get(), false, true);
      }
      return settleAttributes(key, now.get(), there.get());
    } catch (ObjectStoreException | UncheckedIOException e) {
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

  private Settled settleAttributes(String key, Found now, Found there) {
    if (now.attributes().equals(there.attributes())) {
      return new Settled.Equal(false);
    }
    if (stubborn.contains(KnownPairs.of(key, now.attributes(), there.attributes()))) {
      return new Settled.Equal(true);
    }
    Settled settled = bring(key, now, false, false);
    Attributes kept =
        target.reader().look(key, Optional.empty()).map(Found::attributes).orElse(now.attributes());
    if (!kept.equals(now.attributes()) && stubborn.size() < MAX_STUBBORN) {
      stubborn.add(KnownPairs.of(key, now.attributes(), kept));
    }
    return settled;
  }

  /// Equal sizes and ETags are equal content. Unequal ETags may be, too: not every ETag is an MD5.
  private boolean sameContent(String key, Found now, Found there) {
    return now.size() == there.size()
        && (now.size() == 0 || now.etag().equals(there.etag()) || equalBytes(key));
  }

  private boolean equalBytes(String key) {
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
        return equal(here.content(), there.content());
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

  private Settled bring(String key, Found now, boolean fresh, boolean content) {
    if (copied(key, now)) {
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
                  return again(key, found, changed);
                }
                used[0] = true;
                return open.content();
              });
      return written(found, fresh, content);
    } catch (IOException e) {
      throw new UncheckedIOException("reading it failed: " + e, e);
    } catch (UncheckedIOException e) {
      if (changed[0]) {
        return new Settled.Changed();
      }
      throw e;
    }
  }

  private static Settled written(Found found, boolean fresh, boolean content) {
    return new Settled.Written(found.size(), fresh, content, found.modified().toEpochMilli());
  }

  /// The same content from its beginning; another one would get the wrong attributes.
  private InputStream again(String key, Found first, boolean[] changed) {
    Optional<Body> body = source.reader().read(key, Optional.empty());
    if (body.filter(one -> one.found().etag().equals(first.etag())).isPresent()) {
      return body.get().content();
    }
    changed[0] = true;
    throw new UncheckedIOException(new IOException("it changed while it was copied"));
  }

  private boolean copied(String key, Found found) {
    return !found.version().isEmpty()
        && source.place().endpoint().equals(target.place().endpoint())
        && found.size() <= target.largestCopyBytes()
        && target.writer().copy(key, source.place(), key, found.version()).isPresent()
        && target
            .reader()
            .look(key, Optional.empty())
            .filter(copy -> copy.attributes().equals(found.attributes()))
            .isPresent();
  }
}
