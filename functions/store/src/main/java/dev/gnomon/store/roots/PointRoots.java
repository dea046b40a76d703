package dev.gnomon.store.roots;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.points.PointRecords;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.prefix.PrefixRoot;
import dev.gnomon.store.prefix.PrefixWalk;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Entry;
import java.util.Optional;

/// Points: the tree with what recognises unchanged files beside it, or the manifest of objects.
public final class PointRoots implements RootKind {
  private final PointRecords points;

  public PointRoots(PointRecords points) {
    this.points = points;
  }

  @Override
  public String prefix() {
    return PointRecords.POINTS;
  }

  @Override
  public String word() {
    return "point";
  }

  @Override
  public Optional<PointId> point(ObjectName name) {
    try {
      return Optional.of(PointRecords.idOf(name));
    } catch (BlobFault e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<Root> read(ObjectName name) {
    PointId id = PointRecords.idOf(name);
    try {
      return points.get(id).map(stored -> root(name, stored));
    } catch (DamagedPointException e) {
      throw new BlobFault(String.valueOf(e.getMessage()));
    }
  }

  private static Root root(ObjectName name, StoredPoint stored) {
    PointId id = stored.point().id();
    if (stored.ofPrefix()) {
      PrefixRoot prefix = PrefixRoot.decode(stored.root());
      return new Root(name, "point " + id, Optional.of(id), walk -> PrefixWalk.lead(prefix, walk));
    }
    Entry.DirEntry tree = stored.rootEntry();
    ContentRef hints = stored.hintsRef();
    return new Root(
        name,
        "point " + id,
        Optional.of(id),
        walk -> {
          walk.tree(tree);
          walk.hints(hints);
        });
  }
}
