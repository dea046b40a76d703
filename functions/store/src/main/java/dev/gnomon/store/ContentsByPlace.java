package dev.gnomon.store;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.PointContents;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.contents.StoredContents;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.prefix.PrefixRestores;
import dev.gnomon.store.prefix.PrefixRoot;
import java.io.OutputStream;
import java.util.List;

/// Verifies and exports points by the kind of their place.
final class ContentsByPlace implements PointContents {
  private final StoreParts store;
  private final StoredContents directories;
  private final PrefixRestores prefixes;

  ContentsByPlace(StoreParts store, StoredContents directories, PrefixRestores prefixes) {
    this.store = store;
    this.directories = directories;
    this.prefixes = prefixes;
  }

  @Override
  public Verification verify(PointId point, Progress progress) {
    StoredPoint stored = stored(point);
    return PrefixRoot.is(stored.root())
        ? prefix(stored, progress)
        : directories.verify(point, progress);
  }

  /// The first damage ends it: what a version in a bucket needs, this store does not know.
  private Verification prefix(StoredPoint stored, Progress progress) {
    PointId point = stored.point().id();
    long[] read = {0, 0};
    List<Damage> damaged = List.of();
    try {
      prefixes.verify(
          stored,
          (files, bytes) -> {
            read[0]++;
            read[1] += bytes;
            progress.advanced(files, bytes);
          });
    } catch (DamagedPointException e) {
      damaged = List.of(new Damage("", String.valueOf(e.getMessage())));
    }
    return new Verification(
        point, stored.point().files(), read[0], read[1], damaged, damaged.size());
  }

  @Override
  public void export(PointId point, String path, OutputStream out, Progress progress) {
    StoredPoint stored = stored(point);
    if (PrefixRoot.is(stored.root())) {
      throw new IllegalArgumentException(
          "%s is a point of %s: only points of directories become archives"
              .formatted(point, PointKinds.words(stored)));
    }
    directories.export(point, path, out, progress);
  }

  private StoredPoint stored(PointId point) {
    store.format().checkReadable();
    return store.required(point);
  }
}
