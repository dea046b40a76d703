package dev.gnomon.store.prefix;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.shadow.PointContents.Damage;
import dev.gnomon.core.shadow.PointContents.Verification;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.contents.ReadEveryBlob;
import dev.gnomon.store.prefix.NodeCodec.Child;
import dev.gnomon.store.restore.OrderedTasks;
import dev.gnomon.store.tree.Contents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads every blob of the point of a prefix once, then goes through its manifest for all keys that
/// need one that can't be read, and asks the bucket for every version that the point refers to.
final class PrefixVerifyWork {
  private final PointId point;
  private final String place;
  private final PrefixRoot root;
  private final Contents.Blobs blobs;
  private final Optional<Bucket> source;
  private final Progress progress;
  private final List<Damage> damaged = new ArrayList<>();
  private Map<Hash, String> unreadable = Map.of();
  private long damagedPaths;
  private long objects;

  /// @param place the point was taken of, in words
  /// @param source that place, if it can be reached
  PrefixVerifyWork(
      PointId point,
      String place,
      PrefixRoot root,
      Contents.Blobs blobs,
      Optional<Bucket> source,
      Progress progress) {
    this.point = point;
    this.place = place;
    this.root = root;
    this.blobs = blobs;
    this.source = source;
    this.progress = progress;
  }

  Verification run() throws InterruptedException {
    ReadEveryBlob.Found found =
        new ReadEveryBlob(blobs, progress).along(walk -> PrefixWalk.lead(root, walk));
    unreadable = found.unreadable();
    try (OrderedTasks tasks = new OrderedTasks(PrefixRestores.THREADS)) {
      node(root.node(), root.level(), "", root.objects(), tasks);
      tasks.drain();
    }
    if (damagedPaths == 0 && objects != root.objects()) {
      add("", "its manifest holds %d objects of %d".formatted(objects, root.objects()));
    }
    return new Verification(
        point, root.objects(), found.chunks(), found.bytes(), damaged, damagedPaths);
  }

  /// @param last greatest key below the node, as its parent has it
  /// @param below objects, as its parent has it
  private void node(Hash node, int level, String last, long below, OrderedTasks tasks) {
    try {
      byte[] bytes = blobs.apply(node);
      if (level > 0) {
        for (Child child : NodeCodec.readInner(bytes, level)) {
          node(child.node(), level - 1, child.lastKey(), child.objects(), tasks);
        }
        return;
      }
      for (ObjectEntry entry : NodeCodec.readLeaf(bytes)) {
        object(entry, tasks);
      }
    } catch (BlobFault e) {
      String reason =
          last.isEmpty()
              ? "%s; with it all %d objects are lost".formatted(e.getMessage(), below)
              : "%s; with it %d objects up to '%s' are lost"
                  .formatted(e.getMessage(), below, RawName.display(last));
      tasks.inOrder(() -> add(RawName.display(last) + "/", reason));
    }
  }

  private void object(ObjectEntry entry, OrderedTasks tasks) {
    objects++;
    switch (entry.kept()) {
      case Kept.Bytes bytes -> {
        Optional<String> why = Contents.flaw(bytes.content(), blobs, unreadable);
        why.ifPresent(reason -> tasks.inOrder(() -> add(RawName.display(entry.key()), reason)));
      }
      case Kept.Version version ->
          tasks.submit(
              () -> missing(entry),
              why -> {
                why.ifPresent(reason -> add(RawName.display(entry.key()), reason));
                progress.advanced(1, 0);
              });
    }
  }

  private Optional<String> missing(ObjectEntry entry) {
    Bucket bucket =
        source.orElseThrow(() ->
            new ObjectStoreException(
                ObjectStoreException.Kind.PERMANENT,
                "point %s refers to versions in %s, which nobody said how to reach"
                    .formatted(point, place)));
    boolean there =
        bucket
            .reader()
            .look(Keys.text(entry.key()), Optional.of(entry.version()))
            .filter(found -> found.size() == entry.size() && found.etag().equals(entry.etag()))
            .isPresent();
    return there
        ? Optional.empty()
        : Optional.of("version %s of it is not in the bucket any more".formatted(entry.version()));
  }

  private void add(String path, String reason) {
    damagedPaths++;
    if (damaged.size() < Verification.MAX_LISTED) {
      damaged.add(new Damage(path, reason));
    }
  }
}
