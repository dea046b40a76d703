package dev.gnomon.store.journal;

import dev.gnomon.core.journal.MomentPoints.Found;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.capture.NotCapturedException;
import dev.gnomon.store.capture.NotKeptList;
import dev.gnomon.store.points.JobRecords.PartResult;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Encoder;
import dev.gnomon.store.tree.Entry;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The tree of a point with the transactions up to a moment put on it.
final class MomentOfDirectory implements StoreMoments.MomentReading {
  private final StoreParts store;
  private final LogReader reader;
  private final StoredPoint point;
  private final Found.At moment;
  private boolean same;

  MomentOfDirectory(StoreParts store, LogReader reader, StoredPoint point, Found.At moment) {
    this.store = store;
    this.reader = reader;
    this.point = point;
    this.moment = moment;
  }

  @Override
  public boolean isSame() {
    return same;
  }

  @Override
  public Seen see(BlobSession session, List<PartResult> read) {
    SortedMap<String, MomentTree.Change> changes = new TreeMap<>();
    SincePoint since = SincePoint.of(reader, reader.log().layout(), point);
    long[] put = {0, 0}; // transactions, and the position of the last one
    since.each(
        before -> true,
        recorded -> {
          if (recorded.position() <= moment.position()) {
            for (Write write : recorded.transaction().writes()) {
              changes.put(
                  write.key().raw(), new MomentTree.Change(write, recorded.transaction().time()));
            }
            put[0]++;
            put[1] = recorded.position();
          }
          return recorded.position() < moment.position();
        });
    if (put[0] != moment.put() || put[1] != moment.position() || since.hole().isPresent()) {
      throw new NotCapturedException(
          "the journal of %s lost transactions up to position %d while it was read"
              .formatted(reader.log().resource(), moment.position()));
    }
    Entry.DirEntry root =
        new MomentTree(store, session, point.point().id()).put(point.rootEntry(), changes);
    byte[] encoded = Encoder.encode(root);
    if (Arrays.equals(encoded, point.root())) {
      same = true;
      throw new NotCapturedException("it is what " + point.point().id() + " holds");
    }
    NotKeptList notKept = new NotKeptList();
    for (Point.NotKept one : point.point().notKept()) {
      notKept.add(RawName.parse(one.path()), one.reason());
    }
    return new Seen(
        encoded,
        store.id(encoded).toContentHash(),
        new Encoder().content(ContentRef.EMPTY).take(),
        root.totals(),
        point.point().consistent(),
        notKept,
        source(reader, moment),
        "",
        Optional.of(moment.time()));
  }

  /// No place has this name, so no capture takes the point for the last one of its source.
  static String source(LogReader reader, Found.At moment) {
    return "journal of %s at position %d, on %s"
        .formatted(reader.log().resource(), moment.position(), moment.on());
  }
}
