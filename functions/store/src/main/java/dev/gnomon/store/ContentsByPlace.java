package dev.gnomon.store;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.PointContents;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.contents.StoredContents;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.prefix.PrefixContents;
import dev.gnomon.store.prefix.PrefixRoot;
import java.io.OutputStream;

/// Verifies and exports points by the kind of their place.
final class ContentsByPlace implements PointContents {
  private final StoreParts store;
  private final StoredContents directories;
  private final PrefixContents prefixes;

  ContentsByPlace(StoreParts store, StoredContents directories, PrefixContents prefixes) {
    this.store = store;
    this.directories = directories;
    this.prefixes = prefixes;
  }

  @Override
  public Verification verify(PointId point, Progress progress) {
    StoredPoint stored = stored(point);
    return PrefixRoot.is(stored.root())
        ? prefixes.verify(stored, progress)
        : directories.verify(point, progress);
  }

  @Override
  public void export(PointId point, String path, OutputStream out, Progress progress) {
    StoredPoint stored = stored(point);
    if (PrefixRoot.is(stored.root())) {
      prefixes.export(stored, path, out, progress);
      return;
    }
    directories.export(point, path, out, progress);
  }

  private StoredPoint stored(PointId point) {
    store.format().checkReadable();
    return store.required(point);
  }
}
