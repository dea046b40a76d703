package dev.gnomon.store.prefix;

import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Found;
import dev.gnomon.core.prefix.TrialKey;
import dev.gnomon.core.shadow.Serving.Control;
import dev.gnomon.core.shadow.Serving.Followed;
import dev.gnomon.store.restore.OrderedTasks;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// Brings single keys from one prefix to another as they are now. Deletions come before writes. For
/// one thread.
final class KeyFollowing {
  private final Bucket source;
  private final Bucket target;
  private final Control control;
  private final List<String> unsettled = new ArrayList<>();
  private long written;
  private long bytes;
  private long deleted;

  KeyFollowing(Bucket source, Bucket target, Control control) {
    this.source = source;
    this.target = target;
    this.control = control;
  }

  Followed run(List<String> keys) {
    List<String> there = new ArrayList<>();
    List<String> gone = new ArrayList<>();
    try (OrderedTasks tasks = new OrderedTasks(PrefixRestores.THREADS)) {
      for (String key : new LinkedHashSet<>(keys)) {
        if (TrialKey.is(key) || target.reader().obstacle(key).isPresent()) {
          continue;
        }
        if (control.stopped()) {
          unsettled.add(key);
          continue;
        }
        tasks.submit(
            () -> source.reader().look(key, Optional.empty()).isPresent(),
            present -> (present ? there : gone).add(key));
      }
      tasks.drain();
      if (!gone.isEmpty()) {
        target.writer().delete(gone);
        deleted += gone.size();
      }
      for (String key : there) {
        if (control.stopped()) {
          unsettled.add(key);
          continue;
        }
        tasks.submit(() -> bring(key), this::count);
      }
      tasks.drain();
    }
    return new Followed(written, bytes, deleted, unsettled);
  }

  private void count(long size) {
    control.advanced(1, Math.max(0, size));
    if (size < 0) {
      deleted++;
    } else {
      written++;
      bytes += size;
    }
  }

  /// @return bytes that were written, -1 if the object went away meanwhile
  private long bring(String key) {
    Optional<Found> now = source.reader().look(key, Optional.empty());
    if (now.filter(found -> copied(key, found)).isPresent()) {
      return now.get().size();
    }
    Optional<Body> body = source.reader().read(key, Optional.empty());
    if (body.isEmpty()) {
      target.writer().delete(List.of(key));
      return -1;
    }
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
                  return again(key, found);
                }
                used[0] = true;
                return open.content();
              });
      return found.size();
    } catch (IOException e) {
      throw new UncheckedIOException("reading '" + key + "' failed: " + e, e);
    }
  }

  /// The same content from its beginning; another one would get the wrong attributes.
  private InputStream again(String key, Found first) {
    return source
        .reader()
        .read(key, Optional.empty())
        .filter(body -> body.found().etag().equals(first.etag()))
        .map(Body::content)
        .orElseThrow(() ->
            new UncheckedIOException(new IOException("'" + key + "' changed while it was copied")));
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
