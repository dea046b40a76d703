package dev.gnomon.store.journal;

import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.MomentPoints.Found;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.capture.NotCapturedException;
import dev.gnomon.store.capture.NotKeptList;
import dev.gnomon.store.points.JobRecords.PartResult;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.prefix.MomentManifest;
import dev.gnomon.store.prefix.MomentManifest.Value;
import dev.gnomon.store.prefix.PrefixRoot;
import dev.gnomon.store.tree.ContentOutput;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Entry;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// The state of a prefix at a moment: the journal of a prefix holds all of it.
final class MomentOfPrefix implements StoreMoments.MomentReading {
  private final StoreParts store;
  private final LogReader reader;
  private final StoredPoint point;
  private final Found.At moment;
  private final Bucket bucket;
  private boolean same;

  MomentOfPrefix(
      StoreParts store, LogReader reader, StoredPoint point, Found.At moment, Bucket bucket) {
    this.store = store;
    this.reader = reader;
    this.point = point;
    this.moment = moment;
    this.bucket = bucket;
  }

  @Override
  public boolean isSame() {
    return same;
  }

  @Override
  public Seen see(BlobSession session, List<PartResult> read) {
    Iterator<Write.Put> state =
        reader.state(reader.log().layout(), moment.position(), session::read);
    PrefixRoot on = PrefixRoot.decode(point.root());
    PrefixRoot root =
        new MomentManifest(store, session, bucket)
            .write(
                on,
                new Iterator<>() {
                  @Override
                  public boolean hasNext() {
                    return state.hasNext();
                  }

                  @Override
                  public Value next() {
                    return value(session, state.next());
                  }
                });
    if (root.node().equals(on.node())) {
      same = true;
      throw new NotCapturedException("it is what " + point.point().id() + " holds");
    }
    return new Seen(
        root.encode(),
        root.content().toContentHash(),
        new byte[0],
        new Entry.Totals(root.objects(), root.bytes(), 0, 0),
        point.point().consistent(),
        new NotKeptList(),
        point.source(), // versions are looked for there
        "",
        Optional.of(moment.time()));
  }

  private Value value(BlobSession session, Write.Put put) {
    ObjectFacts facts = ObjectFacts.of(put.metadata());
    String version = put.version().orElse(KeyVersion.UNVERSIONED);
    Optional<ContentRef> content =
        switch (put.content()) {
          case Content.Stored stored -> Optional.of(TransactionCodec.ref(stored));
          case Content.Inline inline -> {
            ContentOutput out =
                new ContentOutput(session, store.cutter(), BlobSession.Kind.DATA, inline.size());
            out.write(inline.bytes());
            yield Optional.of(out.finish().get());
          }
          case Content.InSource left -> Optional.empty();
        };
    return new Value(
        put.key().raw(),
        version,
        put.content().size(),
        facts.etag(),
        facts.modified(),
        facts.attributes(),
        content);
  }
}
