package dev.gnomon.store.points;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Decoder;
import dev.gnomon.store.tree.Entry;
import java.io.ByteArrayInputStream;

/// A point as it is stored: what the ports tell of it, and where its tree begins.
///
/// @param root encoded root directory, or root of a manifest of objects; a directory's content hash
///   is the store's name for these bytes
/// @param hints encoded reference to what recognises unchanged files (times, inode numbers)
/// @param source text of the place that was read
/// @param identity device and inode number of a directory; hints hold for the same path, or for the
///   same directory by another name, such as one that a fence renamed. Empty for a prefix
@SuppressWarnings("ArrayRecordComponent") // encoded values, never compared
public record StoredPoint(Point point, byte[] root, byte[] hints, String source, String identity) {

  /// First byte of the root of a manifest of objects; entries of directories have others.
  public static final int PREFIX = 16;

  /// Whether it is a point of a prefix of a bucket. (Not called as a property: records would hold
  /// it.)
  public boolean ofPrefix() {
    return root.length > 0 && root[0] == PREFIX;
  }

  /// @throws BlobFault if it can't be decoded
  /// @throws IllegalArgumentException if it is no point of a directory
  public Entry.DirEntry rootEntry() {
    if (ofPrefix()) {
      throw new IllegalArgumentException(
          point.id() + " is a point of a prefix of a bucket, not of a directory");
    }
    if (new Decoder(new ByteArrayInputStream(root)).next().orElse(null)
        instanceof Entry.DirEntry dir) {
      return dir;
    }
    throw new BlobFault("the manifest of " + point.id() + " does not begin with a directory");
  }

  public ContentRef hintsRef() {
    return new Decoder(new ByteArrayInputStream(hints)).content();
  }

  StoredPoint withId(PointId id) {
    return with(id, point.held());
  }

  StoredPoint accepted() {
    return with(point.id(), false);
  }

  private StoredPoint with(PointId id, boolean held) {
    Point p = point;
    return new StoredPoint(
        new Point(
            id,
            p.kind(),
            p.started(),
            p.time(),
            p.updateId(),
            p.job(),
            p.dependsOn(),
            p.content(),
            p.files(),
            p.bytes(),
            p.storedBytes(),
            p.consistent(),
            held,
            p.notKept(),
            p.notKeptCount()),
        root,
        hints,
        source,
        identity);
  }
}
