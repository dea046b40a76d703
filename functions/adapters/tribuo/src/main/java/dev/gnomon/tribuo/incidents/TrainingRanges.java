package dev.gnomon.tribuo.incidents;

import java.util.Random;

/// ALL ranges that simulated training incidents are drawn from, uniformly unless said otherwise.
/// Whoever writes scenarios to judge the fused prediction has to stay apart from them: another
/// script, or parameters outside of these ranges. Nothing here was fitted to any data set.
public final class TrainingRanges {
  private TrainingRanges() {}

  /// From `low` to `high`, in the unit of its name.
  public record Range(double low, double high) {
    double draw(Random random) {
      return low + (high - low) * random.nextDouble();
    }

    /// Uniform over the logarithm.
    double drawLog(Random random) {
      return low * Math.pow(high / low, random.nextDouble());
    }

    public boolean overlaps(Range other) {
      return low <= other.high && other.low <= high;
    }
  }

  // The service and how it is watched.
  public static final Range CADENCE_SECONDS = new Range(30, 90);
  public static final Range HISTORY_HOURS = new Range(6, 11);
  public static final Range TRAFFIC_PER_SECOND = new Range(20, 800);
  public static final Range TRAFFIC_DAILY_SWING = new Range(0.1, 0.5);
  public static final Range TRAFFIC_NOISE = new Range(0.02, 0.08);
  public static final Range LATENCY_P50_SECONDS = new Range(0.01, 0.12);
  public static final Range LATENCY_P99_FACTOR = new Range(2, 6);
  public static final Range LATENCY_NOISE = new Range(0.03, 0.15);
  public static final Range LATENCY_BY_LOAD = new Range(0.05, 0.3);
  public static final Range ERRORS_RATIO = new Range(0.0001, 0.03);
  public static final Range CPU_RATIO = new Range(0.15, 0.5);
  public static final Range MEMORY_RATIO = new Range(0.3, 0.65);
  public static final Range DISK_RATIO = new Range(0.2, 0.7);
  public static final Range QUEUE_LENGTH = new Range(1, 20);
  public static final Range WARNINGS_PER_SECOND = new Range(0.05, 3);
  public static final Range LOGGED_ERRORS_PER_SECOND = new Range(0.005, 0.3);
  public static final Range IO_LATENCY_SECONDS = new Range(0.0005, 0.006);
  public static final Range MEDIA_ERRORS_PER_SECOND = new Range(0, 0.0002);
  public static final double HAS_HARDWARE = 0.6;
  public static final double HAS_LOGS = 0.8;
  public static final double HAS_PROBES = 0.8;
  public static final double HAS_TRAFFIC = 0.9;

  // How often what happens, of all runs.
  public static final double FAILS = 0.4;
  public static final double HARMLESS_BEFORE = 0.5;

  // From the onset to the failure, in minutes, by script.
  public static final Range MEMORY_LEAK_MINUTES = new Range(50, 200);
  public static final Range DISK_FILL_MINUTES = new Range(60, 220);
  public static final Range SLOW_DEPENDENCY_MINUTES = new Range(12, 80);
  public static final Range BAD_UPDATE_MINUTES = new Range(8, 50);
  public static final Range DISK_WEAR_MINUTES = new Range(40, 180);
  public static final Range CPU_RUNAWAY_MINUTES = new Range(10, 55);
  public static final Range LOG_STORM_MINUTES = new Range(8, 35);
  public static final Range NETWORK_DECAY_MINUTES = new Range(10, 45);
  public static final Range FAILING_MINUTES = new Range(5, 25);
  public static final Range UPDATE_BEFORE_ONSET_MINUTES = new Range(0, 8);

  /// Damage grows as a power of the time since the onset.
  public static final Range CURVE = new Range(0.7, 2.5);

  // What full damage does.
  public static final Range LATENCY_TIMES = new Range(3, 15);
  public static final Range ERRORS_GROW_TO = new Range(0.03, 0.25);
  public static final Range QUEUE_TIMES = new Range(4, 40);
  public static final Range CPU_GROWS_TO = new Range(0.85, 1);
  public static final Range IO_TIMES = new Range(4, 25);
  public static final Range MEDIA_ERRORS_GROW_TO = new Range(0.01, 0.5);
  public static final Range LOG_TIMES = new Range(6, 60);
  public static final Range PROBES_FAIL_SHARE = new Range(0.1, 0.5);

  // What is no failure.
  public static final Range LOAD_SPIKE_TIMES = new Range(1.4, 3.5);
  public static final Range LOAD_SPIKE_MINUTES = new Range(10, 70);
  public static final Range BATCH_MINUTES = new Range(15, 60);
  public static final Range BATCH_CPU = new Range(0.15, 0.4);
  public static final Range HARMLESS_UPDATE_SHIFT = new Range(0.8, 1.25);
  public static final Range OUTAGE_MINUTES = new Range(8, 90);
  public static final Range OUTAGE_SHARE = new Range(0.2, 1);
  public static final Range BLIP_TIMES = new Range(3, 12);
  public static final Range NOISY_LOG_TIMES = new Range(3, 12);
  public static final Range NOISY_LOG_MINUTES = new Range(5, 40);
  public static final Range NEAR_MISS_DAMAGE = new Range(0.15, 0.5);
  public static final Range NEAR_MISS_MINUTES = new Range(10, 60);
}
