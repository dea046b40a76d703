package dev.gnomon.core.automation;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.core.shadow.PointKind;
import java.time.Instant;
import java.util.Optional;

/// The switch that stops all automatic action at once, `automation/<n>`: the newest record holds.
public final class Pause implements Rollbacks.Halts {
  private final ControlRecords records;
  private final RecordLog<State> log;

  public Pause(ControlRecords records) {
    this.records = records;
    this.log = new RecordLog<>(records, "automation", State.class);
  }

  /// @param by who said so
  public record State(boolean paused, String by, Instant time) {}

  @Override
  public boolean paused() {
    return state().map(State::paused).orElse(false);
  }

  /// When all was resumed last; empty if it is paused, or never was.
  @Override
  public Optional<Instant> resumed() {
    return state().filter(state -> !state.paused()).map(State::time);
  }

  /// @throws Unavailable if the newest record is there and is not given: that it says `paused` is
  ///   the safe guess
  private Optional<State> state() {
    long end = log.end();
    return end == 0
        ? Optional.empty()
        : Optional.of(
            log.get(end).orElseThrow(() -> new Unavailable(log.name(end) + " can't be read now")));
  }

  /// Whether a shadow of this kind is not to be begun now: automation asks for it.
  public boolean stops(PointKind kind) {
    return kind == PointKind.PREDICTED && paused();
  }

  public void set(boolean paused, String by) {
    while (true) {
      long number = log.end() + 1;
      if (log.append(number, new State(paused, by, records.time()))
          instanceof ControlRecords.Outcome.Created) {
        return;
      }
    }
  }
}
