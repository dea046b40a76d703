package dev.gnomon.bench.scenarios;

/// What the plant is like when nothing happens. Kept apart from the ranges that the fused model was
/// trained on, as the dials of the scenarios are.
public final class Usual {
  /// Between two samples of a series.
  public static final double CADENCE_SECONDS = 120;

  public static final double HISTORY_HOURS = 72;
  public static final double ORDERS_A_SECOND = 900;
  public static final double ENTRIES_A_SECOND = 15;
  public static final double DAILY_SWING = 0.54;
  public static final double ORDER_SECONDS = 0.006;
  public static final double ENTRY_SECONDS = 0.18;

  /// The slowest hundredth takes so many times the usual.
  public static final double SLOW_TIMES = 7;

  public static final double ERRORS_RATIO = 0.00006;

  /// Of what the service could answer.
  public static final double BUSY = 0.15;

  public static final double MEMORY_RATIO = 0.7;
  public static final double DISK_RATIO = 0.12;
  public static final double QUEUE_LENGTH = 30;
  public static final double ERROR_LINES_A_SECOND = 0.4;
  public static final double IO_SECONDS = 0.009;

  private Usual() {}
}
