package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.SeveralSources;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the positions of moments in a journal.
record LogMoments(LogReader reader) {
  private LogObjects log() {
    return reader.log();
  }

  long position(Moment moment) {
    Layout layout = log().layout();
    return switch (moment) {
      case Moment.Newest newest -> reader.end(layout).position();
      case Moment.Position at -> {
        reader.requireRestorable(layout, at.position());
        long newest = reader.end(layout).position();
        if (at.position() > newest) {
          throw reader.beyond(newest, at.position());
        }
        yield at.position();
      }
      case Moment.Time at -> atTime(layout, at.time());
      case Moment.After after -> ofId(after.id());
      case Moment.Before before -> ofId(before.id()) - 1;
    };
  }

  private long atTime(Layout layout, Instant time) {
    Place from = reader.first(layout);
    if (from.upTo().isAfter(time)) {
      throw new Refusal(
          "the journal of %s reaches back to %s, not to %s"
              .formatted(log().resource(), from.upTo(), time));
    }
    int low = 0;
    int high = layout.segments().size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Optional<Header> header = log().header(layout.segments().get(middle).stat().name());
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
    reader.each(
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
      throw new Refusal(
          "the journal of %s has no transaction '%s'".formatted(log().resource(), id));
    }
    if (found.size() > 1) {
      throw SeveralSources.refusal(log().resource(), id, found);
    }
    return found.getFirst().position();
  }

  /// The newest transaction of an id of each source that has one, by their positions. Reads the
  /// whole journal: an id alone is in no index. What can't be read may hold it too, so that is a
  /// fault.
  List<JournalEntry> find(String id) {
    for (int round = 1; round <= LogCursor.MAX_LISTS; round++) {
      Layout layout = log().layout();
      try {
        return layout.isEmpty() ? List.of() : find(layout, id);
      } catch (DamagedJournalException e) {
        if (log().layout().firstPosition() == layout.firstPosition()) {
          throw e;
        } // otherwise its beginning went, which no moment needs any more
      } catch (ExpiredMeanwhile e) {
        // likewise
      }
    }
    throw new Busy(
        "the beginning of the journal of %s went while it was read, %d times"
            .formatted(log().resource(), LogCursor.MAX_LISTS),
        Duration.ofSeconds(1));
  }

  private List<JournalEntry> find(Layout layout, String id) {
    Map<String, Recorded> newest = new HashMap<>();
    reader.each(
        layout,
        reader.first(layout),
        recorded -> {
          if (recorded.transaction().id().equals(id)) {
            newest.put(recorded.transaction().source(), recorded);
          }
          return true;
        });
    return newest.values().stream()
        .sorted(Comparator.comparingLong(Recorded::position))
        .map(Recorded::entry)
        .toList();
  }
}
