package dev.gnomon.store.journal;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.store.DeepStack;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.journal.Bases.BaseRecord;
import dev.gnomon.store.journal.Layout.Segment;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.prefix.PrefixRoot;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Encoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.SortedMap;

/// Makes bases, and deletes what no restorable moment needs. A base is made from the one before and
/// the sealed segments behind it; nothing that is still needed waits for it, so it may die
/// anywhere.
final class Compactor {
  private static final long MAX_SEGMENT_BYTES_SINCE_BASE = 32L << 20;
  private static final int MAX_ATTEMPTS = 3;

  private final StoreParts store;
  private final LogReader reader;
  private final LogObjects log;

  Compactor(StoreParts store, LogReader reader) {
    this.store = store;
    this.reader = reader;
    this.log = reader.log();
  }

  /// Folds sealed segments into a new base if there are enough of them.
  ///
  /// @return its position; 0 if none was made
  long compact(Rules rules) {
    Layout layout = log.layout();
    if (layout.segments().isEmpty()) {
      return 0;
    }
    Place from =
        layout.bases().isEmpty()
            ? Place.genesis(log.resource())
            : Bases.read(log, layout.bases().lastKey()).place();
    long bytes = 0;
    for (Segment segment : layout.segments()) {
      if (segment.last() >= from.batch()) {
        bytes += segment.stat().sizeBytes();
      }
    }
    if (bytes == 0) {
      return 0;
    }
    ObjectName last = layout.covering(layout.sealed()).orElseThrow().stat().name();
    Place to = Place.after(log.header(last).orElseThrow(() -> log.gone(last)));
    if (bytes < MAX_SEGMENT_BYTES_SINCE_BASE && !enough(layout, from, to, rules)) {
      return 0;
    }
    fold(layout, from, to);
    return to.position() - 1;
  }

  private boolean enough(Layout layout, Place from, Place to, Rules rules) {
    if (to.position() - from.position() >= rules.compactWrites()) {
      return true; // a transaction has a write at least
    }
    long[] writes = {0};
    reader.each(
        layout,
        from,
        recorded -> {
          if (recorded.position() < to.position()) {
            writes[0] += recorded.transaction().writes().size();
          }
          return recorded.position() + 1 < to.position() && writes[0] < rules.compactWrites();
        });
    return writes[0] >= rules.compactWrites();
  }

  private void fold(Layout layout, Place from, Place to) {
    BlobReader blobs = store.reader();
    Optional<BaseRecord> old = reader.base(layout, from.position() - 1);
    SortedMap<String, Write> writes = reader.writes(layout, from, to.position() - 1);
    write(
        to,
        Optional.empty(),
        session -> {
          Iterator<Write.Put> values =
              old.map(base ->
                      Bases.values(Bases.rows(base.directoryRef(), blobs::read), blobs::read))
                  .orElseGet(() -> List.<Write.Put>of().iterator());
          return new Overlay(values, writes);
        });
  }

  /// Makes the files of a point the state before the first transaction.
  ///
  /// @throws Refusal if the journal has begun otherwise
  void begin(PointId point) {
    store.format().ensureWritable();
    Layout layout = log.layout();
    if (!layout.isEmpty()) {
      boolean isThis =
          layout.bases().containsKey(0L) && Bases.read(log, 0).from().equals(Optional.of(point));
      if (isThis) {
        return;
      }
      throw new Refusal(
          "the journal of %s has begun already; it can't begin on %s now"
              .formatted(log.resource(), point));
    }
    StoredPoint stored =
        store
            .points()
            .get(point)
            .orElseThrow(() -> new Refusal("there is no point " + point + " in the store"));
    Place genesis = Place.genesis(log.resource());
    Place place =
        new Place(genesis.batch(), genesis.position(), genesis.chain(), stored.point().time());
    BlobReader blobs = store.reader();
    DeepStack.call(
        "journal-" + log.resource(),
        () -> {
          write(
              place,
              Optional.of(point),
              session ->
                  stored.ofPrefix()
                      ? new PrefixValues(PrefixRoot.decode(stored.root()), blobs::read).iterator()
                      : new PointValues(stored.rootEntry(), blobs::read).iterator());
          return true;
        });
    BaseRecord base = Bases.read(log, 0);
    if (!base.from().equals(Optional.of(point))) {
      throw new Refusal(
          "the journal of %s was begun on %s meanwhile"
              .formatted(log.resource(), base.from().map(PointId::toString).orElse("nothing")));
    }
  }

  /// Values of the new base, given the session that writes it.
  private interface Values {
    Iterator<Write.Put> of(BlobSession session);
  }

  private void write(Place place, Optional<PointId> from, Values values) {
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      Instant begun = store.objects().time();
      BlobSession session = store.session(Compression.ZSTD);
      BaseWriter writer = new BaseWriter(store, session);
      ContentsInUse contents = new ContentsInUse(log, session);
      Iterator<Write.Put> all = values.of(session);
      while (all.hasNext()) {
        Write.Put value = all.next();
        contents.use(value);
        writer.add(value);
      }
      ContentRef directory = writer.finish();
      session.publish();
      if (!store.holds(session) || store.isTooOld(begun)) {
        continue;
      }
      long position = place.position() - 1;
      BaseRecord base =
          new BaseRecord(
              log.resource(),
              position,
              place.batch() - 1,
              place.chain().toContentHash(),
              place.upTo(),
              writer.keys(),
              writer.bytes(),
              new Encoder().content(directory).take(),
              from,
              store.settings().ids().get());
      store.records().create(Layout.base(log.resource(), position), base);
      return; // the same base of another process is as good
    }
    throw new ObjectStoreException(
        ObjectStoreException.Kind.TRANSIENT,
        "a base of the journal of %s was begun %d times; what it needs was condemned meanwhile"
            .formatted(log.resource(), MAX_ATTEMPTS));
  }

  /// Deletes bases and segments that no moment within the retention needs, the oldest first.
  ///
  /// @return how many objects
  int expire(Rules rules) {
    Layout layout = log.layout();
    Instant now = store.objects().time();
    Instant settled = now.minus(store.settings().grace());
    Instant oldest = now.minus(rules.retain());
    Optional<BaseRecord> keep = Optional.empty();
    for (Entry<Long, ObjectStat> entry : layout.bases().descendingMap().entrySet()) {
      if (entry.getValue().modified().isBefore(settled)) {
        BaseRecord base = Bases.read(log, entry.getKey());
        // Its times are those of the sources, which may lie long before anything was recorded.
        if (!base.upTo().isAfter(oldest) && !entry.getValue().modified().isAfter(oldest)) {
          keep = Optional.of(base);
          break;
        }
      }
    }
    if (keep.isEmpty()) {
      return 0;
    }
    verify(keep.get());
    BaseRecord base = keep.get();
    List<ObjectName> gone = new ArrayList<>();
    layout.segments().stream() // with its first batch gone, nobody begins before the bases
        .filter(segment -> segment.holds(1) && segment.last() <= base.batch())
        .forEach(segment -> gone.add(segment.stat().name()));
    layout.bases().headMap(base.position()).values().forEach(stat -> gone.add(stat.name()));
    layout.segments().stream()
        .filter(segment -> !segment.holds(1) && segment.last() <= base.batch())
        .forEach(segment -> gone.add(segment.stat().name()));
    layout.batches().headMap(base.batch() + 1).values().stream()
        .filter(stat -> stat.modified().isBefore(settled))
        .forEach(stat -> gone.add(stat.name()));
    gone.forEach(name -> store.objects().delete(List.of(name)));
    return gone.size();
  }

  /// Nothing is deleted for the sake of a base that can't be read.
  private void verify(BaseRecord base) {
    BlobReader blobs = store.reader();
    long keys = 0;
    for (Iterator<Write.Put> values =
            Bases.values(Bases.rows(base.directoryRef(), blobs::read), blobs::read);
        values.hasNext();
        values.next()) {
      keys++;
    }
    if (keys != base.keys()) {
      throw new DamagedJournalException(
          "the base of %s at %d holds %d keys, expected %d"
              .formatted(log.resource(), base.position(), keys, base.keys()));
    }
  }
}
