package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.SeveralSources;
import dev.gnomon.core.journal.Write;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.journal.Bases.BaseRecord;
import dev.gnomon.store.journal.Layout.Segment;
import dev.gnomon.store.tree.Contents;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
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
    boolean fromGenesis =
        layout.bases().firstKey() > 0
            && (layout.covering(1).isPresent() || layout.batches().containsKey(1L));
    return fromGenesis
        ? Place.genesis(log.resource())
        : Bases.read(log, layout.bases().firstKey()).place();
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

  long position(Moment moment) {
    Layout layout = log.layout();
    return switch (moment) {
      case Moment.Newest newest -> newest(layout);
      case Moment.Position at -> {
        requireRestorable(layout, at.position());
        long newest = newest(layout);
        if (at.position() > newest) {
          throw beyond(newest, at.position());
        }
        yield at.position();
      }
      case Moment.Time at -> atTime(layout, at.time());
      case Moment.After after -> ofId(after.id());
      case Moment.Before before -> {
        long position = ofId(before.id()) - 1;
        yield position;
      }
    };
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

  private long newest(Layout layout) {
    return end(layout).position();
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

  private long atTime(Layout layout, Instant time) {
    Place from = first(layout);
    if (from.upTo().isAfter(time)) {
      throw new Refusal(
          "the journal of %s reaches back to %s, not to %s"
              .formatted(log.resource(), from.upTo(), time));
    }
    int low = 0;
    int high = layout.segments().size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Optional<Header> header = log.header(layout.segments().get(middle).stat().name());
      if (header.isPresent()
          && !header.get().upToBefore().isAfter(time)
          && header.get().firstPosition() > from.position()) {
        from =
            new Place(
                header.get().firstBatch(),
                header.get().firstPosition(),
                header.get().chainBefore(),
                header.get().upToBefore());
        low = middle + 1;
      } else if (header.isPresent() && header.get().firstPosition() <= from.position()) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    long[] position = {from.position() - 1};
    each(
        layout,
        from,
        recorded -> {
          if (recorded.upTo().isAfter(time)) {
            return false;
          }
          position[0] = recorded.position();
          return true;
        });
    return position[0];
  }

  /// Position of the newest transaction of an id.
  ///
  /// @throws Refusal if there is none, or if several sources have one: then nobody knows which is
  ///   meant
  private long ofId(String id) {
    List<JournalEntry> found = find(id);
    if (found.isEmpty()) {
      throw new Refusal("the journal of %s has no transaction '%s'".formatted(log.resource(), id));
    }
    if (found.size() > 1) {
      throw SeveralSources.refusal(log.resource(), id, found);
    }
    return found.getFirst().position();
  }

  /// The newest transaction of an id of each source that has one, by their positions. Reads the
  /// whole journal: an id alone is in no index.
  List<JournalEntry> find(String id) {
    for (int round = 1; round <= LogCursor.MAX_LISTS; round++) {
      Layout layout = log.layout();
      Optional<List<JournalEntry>> found =
          layout.isEmpty() ? Optional.of(List.of()) : find(layout, id);
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw new Busy(
        "segments of the journal of %s went while it was read, %d times"
            .formatted(log.resource(), LogCursor.MAX_LISTS),
        Duration.ofSeconds(1));
  }

  /// @return empty if a segment went before it was read: what it held may lie in another one now
  private Optional<List<JournalEntry>> find(Layout layout, String id) {
    Map<String, Recorded> bySource = new HashMap<>();
    for (Segment one : layout.segments()) {
      Optional<LogObject> segment = log.read(one.stat().name());
      if (segment.isEmpty()) {
        return Optional.empty();
      }
      Instant upTo = segment.get().header().map(Header::upToBefore).orElse(Instant.MIN);
      for (Frame frame : log.frames(segment.get())) {
        Recorded recorded = recorded(frame, upTo);
        upTo = recorded.upTo();
        meet(bySource, id, recorded);
      }
    }
    each(
        layout,
        Tail.start(log, layout),
        recorded -> {
          meet(bySource, id, recorded);
          return true;
        });
    return Optional.of(
        bySource.values().stream()
            .sorted(Comparator.comparingLong(Recorded::position))
            .map(Recorded::entry)
            .toList());
  }

  private static void meet(Map<String, Recorded> bySource, String id, Recorded one) {
    if (one.transaction().id().equals(id)) {
      bySource.merge(
          one.transaction().source(),
          one,
          (some, other) -> some.position() > other.position() ? some : other);
    }
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
