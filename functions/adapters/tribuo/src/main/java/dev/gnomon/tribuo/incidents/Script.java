package dev.gnomon.tribuo.incidents;

import dev.gnomon.tribuo.incidents.TrainingRanges.Range;

/// What happens to a simulated service.
public enum Script {
  /// Memory grows until there is none; latency follows in the last third.
  MEMORY_LEAK(TrainingRanges.MEMORY_LEAK_MINUTES),
  /// A disk fills; errors come in the last moments.
  DISK_FILL(TrainingRanges.DISK_FILL_MINUTES),
  /// Latency and queues grow, then requests time out.
  SLOW_DEPENDENCY(TrainingRanges.SLOW_DEPENDENCY_MINUTES),
  /// Errors grow after an update.
  BAD_UPDATE(TrainingRanges.BAD_UPDATE_MINUTES),
  /// Media errors and slow input and output.
  DISK_WEAR(TrainingRanges.DISK_WEAR_MINUTES),
  /// Processors fill up, latency follows.
  CPU_RUNAWAY(TrainingRanges.CPU_RUNAWAY_MINUTES),
  /// Error lines before a crash, little else.
  LOG_STORM(TrainingRanges.LOG_STORM_MINUTES),
  /// Probes slow down and fail now and then, latency rises a little.
  NETWORK_DECAY(TrainingRanges.NETWORK_DECAY_MINUTES),
  /// Fails without a sign.
  SUDDEN(new Range(0, 0)),

  /// More is asked for, and served.
  LOAD_SPIKE(TrainingRanges.LOAD_SPIKE_MINUTES),
  /// A nightly job works.
  BATCH(TrainingRanges.BATCH_MINUTES),
  /// An update that shifts levels a little.
  HARMLESS_UPDATE(new Range(1, 1)),
  /// Metrics stop, the service does not.
  METRICS_OUTAGE(TrainingRanges.OUTAGE_MINUTES),
  /// Single samples far off.
  BLIP(new Range(1, 1)),
  /// Warnings without consequence.
  NOISY_LOGS(TrainingRanges.NOISY_LOG_MINUTES),
  /// A dependency slows down and recovers.
  NEAR_MISS(TrainingRanges.NEAR_MISS_MINUTES),
  CALM(new Range(1, 1));

  private final Range minutes;

  Script(Range minutes) {
    this.minutes = minutes;
  }

  /// How long it lasts, of a failure until it fails.
  Range minutes() {
    return minutes;
  }

  boolean fails() {
    return ordinal() <= SUDDEN.ordinal();
  }
}
