package dev.gnomon.store.prefix;

import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.TreeMirror.Brought;
import dev.gnomon.store.prefix.KeyCopies.Settled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Counts what one call of a [PrefixMirror] does. For one thread.
final class BroughtKeys {
  private final List<Change> unsettled = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final List<String> refusals = new ArrayList<>();
  private boolean finished = true;
  private boolean again;
  private long written;
  private long bytes;
  private long deleted;
  private long damaged;
  private long keptBack;
  private long faultCount;
  private long oldestMillis = Long.MAX_VALUE;

  /// @param changed when that was written, by the clock of this machine; empty if that is not known
  void written(Settled.Written one, Optional<Instant> changed) {
    written++;
    bytes += one.bytes();
    changed.ifPresent(time -> oldestMillis = Math.min(oldestMillis, time.toEpochMilli()));
  }

  void deleted(long count) {
    deleted += count;
  }

  void damaged() {
    damaged++;
  }

  void keptBack(long count) {
    keptBack = count;
  }

  void stopped() {
    finished = false;
  }

  void unsettled(String key) {
    unsettled.add(Change.of(Keys.raw(key)));
  }

  void everythingAgain() {
    again = true;
  }

  void fault(String reason) {
    faultCount++;
    if (faults.size() < Brought.MAX_LISTED) {
      faults.add(reason);
    }
  }

  void refused(String key) {
    if (refusals.size() < Brought.MAX_LISTED) {
      refusals.add(
          "'%s', whose headers, metadata or tags its server keeps otherwise".formatted(key));
    }
  }

  Brought made(long files) {
    return new Brought(
        finished,
        files,
        written,
        bytes,
        deleted,
        damaged,
        again ? List.of(Change.EVERYTHING) : unsettled,
        keptBack,
        faults,
        faultCount,
        refusals,
        oldestMillis);
  }
}
