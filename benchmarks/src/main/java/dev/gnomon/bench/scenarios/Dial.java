package dev.gnomon.bench.scenarios;

/// What of a scenario is a number. Each kind is declared, so that a test can compare it with what
/// the fused model was trained on.
public enum Dial {
  /// From the first sign until it is as bad as it gets.
  RISE_MINUTES("min"),
  /// What is left of what the service could answer before, at the end of the rise.
  CAPACITY_LEFT("ratio"),
  /// The time that one request costs, as a multiple of the usual one.
  SERVICE_TIME("factor"),
  /// What callers wait for beside that.
  EXTRA_LATENCY("s"),
  /// Of what is asked for, on top of the usual errors.
  ERROR_SHARE("ratio"),
  /// As a multiple of the usual one.
  TRAFFIC("factor"),
  /// How often a refused request is asked again at once.
  RETRIES("factor"),
  /// Of the memory, on top of the usual use.
  MEMORY("ratio"),
  /// Of the disk, on top of the usual use.
  DISK("ratio"),
  /// As a multiple of the usual one.
  IO_WAIT("factor"),
  /// Of severity error, as a multiple of the usual ones.
  ERROR_LINES("factor"),
  REPLICATION_LAG("s"),
  REALLOCATED_SECTORS("sectors"),
  HEAT("degrees"),
  /// On top of the usual ones.
  RETRANSMITS("1/s"),
  /// Of something that comes and goes.
  BURST_MINUTES("min"),
  /// From the beginning of a burst to that of the next.
  PERIOD_MINUTES("min"),
  /// How long all of it lasts, if it ends by itself.
  LASTS_MINUTES("min"),
  CLOCK_SKEW("s"),
  /// Of the series that stop.
  SILENT_SHARE("ratio");

  private final String unit;

  Dial(String unit) {
    this.unit = unit;
  }

  public String unit() {
    return unit;
  }
}
