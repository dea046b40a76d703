package dev.gnomon.store.roots;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.tree.BlobWalk;
import java.util.Optional;
import java.util.function.Consumer;

/// Something that keeps blobs alive.
///
/// @param object the object that names the blobs
/// @param title names it for people: `point site@7`
/// @param point the point that is lost with it, if it is one
/// @param blobs leads a walk to every blob that is needed, by calling [BlobWalk#tree],
///   [BlobWalk#content] and [BlobWalk#hints]; faults of single paths go to the walk's visitor and
///   do not end it
public record Root(
    ObjectName object, String title, Optional<PointId> point, Consumer<BlobWalk> blobs) {

  public void walk(BlobWalk walk) {
    blobs.accept(walk);
  }
}
