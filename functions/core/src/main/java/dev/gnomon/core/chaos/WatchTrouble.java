package dev.gnomon.core.chaos;

import dev.gnomon.core.chaos.ChaosRecords.Begun;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Keeps what a process suffers in step with the records, about once a second: one small question
/// while there is no experiment. Trouble is a lease of [#LEASE]: it lapses where this is not called
/// any more, or the records can't be read; and a process makes it no longer than it is to last, by
/// its own clock. For one thread.
public final class WatchTrouble {
  /// Trouble that nobody could stop any more ends after this.
  public static final Duration LEASE = Duration.ofSeconds(5);

  private final ChaosRecords records;
  private final Injected injected;
  private final Optional<String> process;
  private long over;
  private long touched;
  private Optional<Suffered> suffered = Optional.empty();

  private record Suffered(long number, Begun begun) {
    String id() {
      return begun.experiment().id();
    }
  }

  /// @param process a name that no other process ever had
  public WatchTrouble(ChaosRecords records, Injected injected, String process) {
    this(records, injected, Optional.of(process));
  }

  /// For a process that only reads: it suffers what others say, and says nothing itself. What it
  /// suffers ends with its lease all the same.
  public static WatchTrouble readingOnly(ChaosRecords records, Injected injected) {
    return new WatchTrouble(records, injected, Optional.empty());
  }

  private WatchTrouble(ChaosRecords records, Injected injected, Optional<String> process) {
    this.records = records;
    this.injected = injected;
    this.process = process;
  }

  /// One look.
  ///
  /// @throws dev.gnomon.core.objects.ObjectStoreException if the records can't be read; the lease
  ///   runs on
  public void look() {
    long newest = records.newest();
    if (suffered.filter(one -> one.number() != newest).isPresent()) {
      lift();
    }
    if (newest == over || newest == 0) {
      return;
    }
    if (suffered.isEmpty()) {
      Optional<Begun> begun = records.begun(newest);
      if (begun.isEmpty()) {
        return;
      }
      if (isOver(begun.get())) {
        over = newest;
        return;
      }
      process.ifPresent(name -> records.applies(begun.get().experiment().id(), name));
      suffered = Optional.of(new Suffered(newest, begun.get()));
    }
    Begun begun = suffered.get().begun();
    if (isOver(begun)
        || injected.suffered(begun.experiment().id()).compareTo(begun.experiment().lasts()) >= 0) {
      lift(); // However wrong the clock of the store has become.
      over = newest;
      return;
    }
    Duration left = Duration.between(records.time(), begun.until());
    injected.renew(
        begun.experiment().id(),
        begun.experiment().trouble(),
        left.compareTo(LEASE) < 0 ? left : LEASE);
  }

  /// Ends what this process suffers, and says so: also before the process ends.
  public void lift() {
    if (suffered.isEmpty()) {
      return;
    }
    touched = Math.max(touched, injected.lift()); // told again if it can't be told now
    if (process.isPresent()) {
      records.lifted(suffered.get().id(), process.get(), touched);
    }
    suffered = Optional.empty();
    touched = 0;
  }

  private boolean isOver(Begun begun) {
    Instant now = records.time();
    return !now.isBefore(begun.until())
        || records.stopped(begun.experiment().id())
        || records.ended(begun.experiment().id());
  }
}
