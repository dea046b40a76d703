package dev.gnomon.store.prefix;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Found;
import dev.gnomon.core.prefix.Written;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// Writes single objects as a point has them: by a copy inside the server where the version is
/// still there, otherwise from the bytes of the store. Thread-safe.
final class BringBack {
  private final PointId point;
  private final BlobReader blobs;
  private final Bucket target;
  private final Optional<Bucket> source;
  private final Progress progress;

  BringBack(
      PointId point, BlobReader blobs, Bucket target, Optional<Bucket> source, Progress progress) {
    this.point = point;
    this.blobs = blobs;
    this.target = target;
    this.source = source;
    this.progress = progress;
  }

  RestoreReport content(ObjectEntry entry) {
    write(entry);
    progress.advanced(1, entry.size());
    return new RestoreReport(1, entry.size(), 0, 0, List.of());
  }

  /// Headers and metadata can only be set by writing the object again.
  RestoreReport attributes(ObjectEntry entry) {
    write(entry);
    progress.advanced(1, 0);
    return new RestoreReport(0, 0, 0, 1, List.of());
  }

  RestoreReport tags(ObjectEntry entry) {
    target.writer().tag(Keys.text(entry.key()), entry.attributes().tags());
    progress.advanced(1, 0);
    return new RestoreReport(0, 0, 0, 1, List.of());
  }

  private void write(ObjectEntry entry) {
    if (copied(entry)) {
      return;
    }
    switch (entry.kept()) {
      case Kept.Bytes bytes -> put(entry, bytes.content());
      case Kept.Version version -> fetched(entry);
    }
  }

  private boolean copied(ObjectEntry entry) {
    if (entry.version().isEmpty()
        || source.isEmpty()
        || !source.get().place().endpoint().equals(target.place().endpoint())
        || entry.size() > target.largestCopyBytes()) {
      return false;
    }
    String key = Keys.text(entry.key());
    try {
      Optional<Written> written =
          target.writer().copy(key, source.get().place(), key, entry.version());
      if (written.isEmpty()) {
        return false;
      }
    } catch (ObjectStoreException e) {
      // The target's user may not read the source, or the server has no such call: fetched instead.
      if (e.kind() == ObjectStoreException.Kind.PERMANENT) {
        return false;
      }
      throw e;
    }
    // Tags belong to a version and may have been changed on it since.
    Optional<Found> found = target.reader().look(key, Optional.empty());
    if (found.isEmpty()) {
      return false;
    }
    Attributes now = found.get().attributes();
    if (!now.tags().equals(entry.attributes().tags())) {
      target.writer().tag(key, entry.attributes().tags());
    }
    return now.headers().equals(entry.attributes().headers())
        && now.metadata().equals(entry.attributes().metadata());
  }

  private void put(ObjectEntry entry, ContentRef content) {
    try {
      target
          .writer()
          .put(
              Keys.text(entry.key()),
              entry.attributes(),
              entry.size(),
              () -> Contents.stream(content, blobs::read));
    } catch (BlobFault e) {
      throw Sameness.damaged(point, entry.key(), e);
    }
  }

  /// Content that only the bucket has and that the server can't copy to the target by itself.
  private void fetched(ObjectEntry entry) {
    Bucket from = source.orElseThrow(() -> Sameness.gone(point, entry));
    target
        .writer()
        .put(Keys.text(entry.key()), entry.attributes(), entry.size(), () -> version(from, entry));
  }

  private InputStream version(Bucket from, ObjectEntry entry) {
    return from.reader()
        .read(Keys.text(entry.key()), Optional.of(entry.version()))
        .map(Body::content)
        .orElseThrow(() -> Sameness.gone(point, entry));
  }
}
