package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.Write;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.journal.Bases.BaseRecord;
import dev.gnomon.store.journal.Layout.Segment;
import dev.gnomon.store.tree.Contents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Answers what a journal holds.
final class LogReader {
  private final StoreParts store;
  private final LogObjects log;

  LogReader(StoreParts store, LogObjects log) {
    this.store = store;
    this.log = log;
  }

  LogObjects log() {
    return log;
  }

  /// Meets transactions behind a place in their order, until the visitor has enough.
  ///
  /// @param more told of each transaction; false ends the reading
  /// @return what was cut off, if the end was reached and something was
  Optional<String> each(Layout layout, Place from, Predicate<Recorded> more) {
    LogCursor cursor = new LogCursor(log, layout, from);
    Instant upTo = from.upTo();
    for (Optional<List<Frame>> frames = cursor.next(); frames.isPresent(); frames = cursor.next()) {
      for (Frame frame : frames.get()) {
        Recorded recorded = recorded(frame, upTo);
        upTo = recorded.upTo();
        if (!more.test(recorded)) {
          return Optional.empty();
        }
      }
    }
    return cursor.torn();
  }

  /// @param upTo of the transactions before it
  private Recorded recorded(Frame frame, Instant upTo) {
    TransactionCodec.Payload payload = Payloads.of(log, frame);
    return new Recorded(
        frame.position(),
        payload.kind(),
        payload.recorded(),
        payload.digest(),
        new Place(0, frame.position(), frame.chain(), upTo).upTo(payload),
        payload.transaction().time().isBefore(upTo),
        payload.transaction());
  }

  /// The place before a position that lets the least be read: a segment's or a base's.
  Place before(Layout layout, long position) {
    Place best = first(layout);
    Entry<Long, ?> base = layout.bases().floorEntry(position - 1);
    if (base != null && base.getKey() + 1 > best.position()) {
      best = Bases.read(log, base.getKey()).place();
    }
    int low = 0;
    int high = layout.segments().size() - 1;
    while (low <= high) { // their positions ascend with their batches
      int middle = (low + high) >>> 1;
      Segment segment = layout.segments().get(middle);
      Optional<Header> header = log.header(segment.stat().name());
      if (header.isPresent() && header.get().firstPosition() <= position) {
        if (header.get().firstPosition() > best.position()) {
          best =
              new Place(
                  header.get().firstBatch(),
                  header.get().firstPosition(),
                  header.get().chainBefore(),
                  header.get().upToBefore());
        }
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return best;
  }

  /// Where the oldest restorable moment is followed.
  Place first(Layout layout) {
    return first(log, layout);
  }

  static Place first(LogObjects log, Layout layout) {
    if (layout.bases().isEmpty()) {
      requireBeginning(log, layout);
      return Place.genesis(log.resource());
    }
    long base = layout.bases().firstKey();
    return layout.firstPosition() <= base
        ? Place.genesis(log.resource())
        : Bases.read(log, base).place();
  }

  private static void requireBeginning(LogObjects log, Layout layout) {
    boolean isGone =
        layout.newest() > 0
            && layout.covering(1).isEmpty()
            && !layout.batches().containsKey(1L)
            && log.objects().stat(Layout.batch(log.resource(), 1)).isEmpty();
    if (isGone) {
      throw log.missing(1, "there is no base behind it");
    }
  }

  /// @throws Refusal if it is too old
  void requireRestorable(Layout layout, long position) {
    long oldest = first(layout).position() - 1;
    if (position < oldest) {
      throw new Refusal(
          "the journal of %s can restore positions from %d on, not %d"
              .formatted(log.resource(), oldest, position));
    }
  }

  Refusal beyond(long newest, long position) {
    return new Refusal(
        "the journal of %s ends at position %d, there is no %d"
            .formatted(log.resource(), newest, position));
  }

  /// The end of a journal.
  ///
  /// @param position of the last transaction
  /// @param upTo no transaction happened later
  /// @param torn what was cut off behind it
  record End(long position, Instant upTo, Optional<String> torn) {}

  End end(Layout layout) {
    Place tail = Tail.start(log, layout);
    long[] position = {tail.position() - 1};
    Instant[] upTo = {tail.upTo()};
    Optional<String> torn =
        each(
            layout,
            tail,
            recorded -> {
              position[0] = recorded.position();
              upTo[0] = recorded.upTo();
              return true;
            });
    return new End(position[0], upTo[0], torn);
  }

  /// What came behind a position.
  ///
  /// @param newest the last position
  /// @param last the newest write to each key, by raw key
  record Since(long newest, long transactions, long writes, SortedMap<String, Write> last) {}

  /// @throws Refusal if the position is too old, or behind the end
  Since since(Layout layout, long position) {
    TreeMap<String, Write> last = new TreeMap<>();
    long[] counts = {position, 0, 0};
    requireRestorable(layout, position);
    Place from = before(layout, position + 1);
    long[] reached = {from.position() - 1};
    if (!layout.isEmpty()) {
      each(
          layout,
          from,
          recorded -> {
            reached[0] = recorded.position();
            if (recorded.position() > position) {
              List<Write> writes = recorded.transaction().writes();
              writes.forEach(write -> last.put(write.key().raw(), write));
              counts[0] = recorded.position();
              counts[1]++;
              counts[2] += writes.size();
            }
            return true;
          });
    }
    if (reached[0] < position) {
      throw beyond(reached[0], position);
    }
    return new Since(counts[0], counts[1], counts[2], last);
  }

  List<JournalEntry> entries(long after, int limit) {
    Layout layout = log.layout();
    List<JournalEntry> entries = new ArrayList<>();
    if (layout.isEmpty()) {
      return entries;
    }
    each(
        layout,
        before(layout, Math.max(after + 1, first(layout).position())),
        recorded -> {
          if (recorded.position() > after) {
            entries.add(recorded.entry());
          }
          return entries.size() < limit;
        });
    return entries;
  }

  /// The newest base up to a position.
  Optional<BaseRecord> base(Layout layout, long position) {
    Entry<Long, ?> entry = layout.bases().floorEntry(position);
    return entry == null ? Optional.empty() : Optional.of(Bases.read(log, entry.getKey()));
  }

  /// The last write of each key after a base up to a position.
  SortedMap<String, Write> writes(Layout layout, Place from, long to) {
    SortedMap<String, Write> writes = new TreeMap<>();
    long[] reached = {from.position() - 1};
    if (reached[0] < to) {
      each(
          layout,
          from,
          recorded -> {
            recorded.transaction().writes().forEach(write -> writes.put(write.key().raw(), write));
            reached[0] = recorded.position();
            return recorded.position() < to;
          });
    }
    if (reached[0] < to) {
      throw beyond(reached[0], to);
    }
    return writes;
  }

  /// All values at a position, in the order of their keys.
  Iterator<Write.Put> state(Layout layout, long position, Contents.Blobs blobs) {
    Optional<BaseRecord> base = base(layout, position);
    Place from = base.map(BaseRecord::place).orElseGet(() -> first(layout));
    requireRestorable(layout, position);
    SortedMap<String, Write> writes = writes(layout, from, position);
    Iterator<Write.Put> values =
        base.map(b -> Bases.values(Bases.rows(b.directoryRef(), blobs), blobs))
            .orElseGet(() -> List.<Write.Put>of().iterator());
    return new Overlay(values, writes);
  }

  StoreParts store() {
    return store;
  }
}
