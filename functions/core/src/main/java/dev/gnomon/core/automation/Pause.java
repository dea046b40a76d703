package dev.gnomon.core.automation;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.shadow.PointKind;
import java.time.Instant;

/// The switch that stops all automatic action at once, `automation/<n>`: the newest record holds.
public final class Pause {
  private final ControlRecords records;
  private final RecordLog<State> log;

  public Pause(ControlRecords records) {
    this.records = records;
    this.log = new RecordLog<>(records, "automation", State.class);
  }

  /// @param by who said so
  public record State(boolean paused, String by, Instant time) {}

  public boolean paused() {
    return log.last().map(last -> last.record().paused()).orElse(false);
  }

  /// Whether a shadow of this kind is not to be begun now: automation asks for it.
  public boolean stops(PointKind kind) {
    return kind == PointKind.PREDICTED && paused();
  }

  public void set(boolean paused, String by) {
    while (true) {
      long number = log.last().map(Numbered::number).orElse(0L) + 1;
      if (log.append(number, new State(paused, by, records.time()))
          instanceof ControlRecords.Outcome.Created) {
        return;
      }
    }
  }
}
