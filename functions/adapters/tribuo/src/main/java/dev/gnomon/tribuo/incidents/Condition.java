package dev.gnomon.tribuo.incidents;

import java.util.Random;

/// What state a simulated service is in at a moment: factors and additions on its usual levels.
/// Filled anew for each moment by the scripts that are under way.
final class Condition {
  double trafficTimes;
  double latencyTimes;
  double errorsAdded;
  double queueTimes;
  double cpu;
  double memory;
  double disk;
  double ioTimes;
  double mediaErrors;
  double warningsTimes;
  double loggedErrorsTimes;
  double probesFail;
  double probeTimes;
  boolean failing;

  void calm() {
    trafficTimes = 1;
    latencyTimes = 1;
    errorsAdded = 0;
    queueTimes = 1;
    cpu = 0;
    memory = 0;
    disk = 0;
    ioTimes = 1;
    mediaErrors = 0;
    warningsTimes = 1;
    loggedErrorsTimes = 1;
    probesFail = 0;
    probeTimes = 1;
    failing = false;
  }

  /// One script's course. Immutable.
  ///
  /// @param start in seconds of the run
  /// @param end in seconds: of a failure when it begins to fail, else when it is over
  /// @param over in seconds: of a failure when it has been mended
  /// @param size what the script's range says, drawn
  record Course(
      Script script, double start, double end, double over, double curve, double size, long seed) {

    static Course draw(Script script, double start, Random random) {
      double end = start + 60 * script.minutes().draw(random);
      double over = script.fails() ? end + 60 * TrainingRanges.FAILING_MINUTES.draw(random) : end;
      double curve = TrainingRanges.CURVE.drawLog(random);
      double size =
          switch (script) {
            case MEMORY_LEAK, DISK_FILL, SUDDEN, CALM -> 1;
            case SLOW_DEPENDENCY -> TrainingRanges.LATENCY_TIMES.drawLog(random);
            case BAD_UPDATE -> TrainingRanges.ERRORS_GROW_TO.drawLog(random);
            case DISK_WEAR -> TrainingRanges.IO_TIMES.drawLog(random);
            case CPU_RUNAWAY -> TrainingRanges.CPU_GROWS_TO.draw(random);
            case LOG_STORM -> TrainingRanges.LOG_TIMES.drawLog(random);
            case NETWORK_DECAY -> TrainingRanges.PROBES_FAIL_SHARE.draw(random);
            case LOAD_SPIKE -> TrainingRanges.LOAD_SPIKE_TIMES.draw(random);
            case BATCH -> TrainingRanges.BATCH_CPU.draw(random);
            case HARMLESS_UPDATE -> TrainingRanges.HARMLESS_UPDATE_SHIFT.draw(random);
            case METRICS_OUTAGE -> TrainingRanges.OUTAGE_SHARE.draw(random);
            case BLIP -> TrainingRanges.BLIP_TIMES.drawLog(random);
            case NOISY_LOGS -> TrainingRanges.NOISY_LOG_TIMES.drawLog(random);
            case NEAR_MISS -> TrainingRanges.NEAR_MISS_DAMAGE.draw(random);
          };
      return new Course(script, start, end, over, curve, size, random.nextLong());
    }

    boolean failing(double at) {
      return script.fails() && at >= end && at < over;
    }

    /// 0 before, 1 at the end.
    private double damage(double at) {
      return at < start ? 0 : Math.pow(Math.min(1, (at - start) / (end - start)), curve);
    }

    private boolean under(double at) {
      return at >= start && at < over;
    }

    void apply(double at, Condition to) {
      if (failing(at)) {
        to.failing = true;
      }
      if (!under(at) && script != Script.HARMLESS_UPDATE) {
        return;
      }
      double damage = damage(at);
      switch (script) {
        case MEMORY_LEAK -> {
          to.memory = Math.max(to.memory, damage);
          double late = Math.max(0, damage - 0.7) / 0.3;
          to.latencyTimes *= 1 + 4 * late;
          to.warningsTimes *= 1 + 6 * late;
          to.cpu += 0.3 * late;
          to.errorsAdded += 0.05 * late * late;
        }
        case DISK_FILL -> {
          to.disk = Math.max(to.disk, damage);
          double late = Math.max(0, damage - 0.9) / 0.1;
          to.warningsTimes *= 1 + 5 * late;
          to.errorsAdded += 0.05 * late;
        }
        case SLOW_DEPENDENCY -> slow(to, damage, size);
        case BAD_UPDATE -> {
          to.errorsAdded += size * damage;
          to.loggedErrorsTimes *= 1 + 200 * size * damage;
          to.latencyTimes *= 1 + damage;
        }
        case DISK_WEAR -> {
          to.ioTimes *= 1 + (size - 1) * damage;
          to.mediaErrors += 0.2 * damage * damage;
          to.latencyTimes *= 1 + (size - 1) / 4 * damage * damage;
          to.loggedErrorsTimes *= 1 + 4 * damage;
        }
        case CPU_RUNAWAY -> {
          to.cpu += size * damage;
          to.latencyTimes *= 1 + 6 * damage * damage;
          to.queueTimes *= 1 + 8 * damage * damage;
        }
        case LOG_STORM -> {
          to.loggedErrorsTimes *= 1 + (size - 1) * Math.sqrt(damage);
          to.warningsTimes *= 1 + (size - 1) / 3 * Math.sqrt(damage);
          to.latencyTimes *= 1 + 0.5 * damage;
        }
        case NETWORK_DECAY -> {
          to.probesFail = Math.max(to.probesFail, size * damage);
          to.probeTimes *= 1 + 9 * damage;
          to.latencyTimes *= 1 + 1.5 * damage;
          to.errorsAdded += 0.03 * damage;
        }
        case LOAD_SPIKE -> {
          double bell = Math.sin(Math.PI * Math.min(1, (at - start) / (end - start)));
          to.trafficTimes *= 1 + (size - 1) * bell;
          to.latencyTimes *= 1 + 0.25 * (size - 1) * bell;
          to.cpu += 0.15 * (size - 1) * bell;
          to.queueTimes *= 1 + (size - 1) * bell;
          to.warningsTimes *= 1 + (size - 1) * bell;
        }
        case BATCH -> {
          to.cpu += size;
          to.ioTimes *= 1 + 4 * size;
          to.latencyTimes *= 1 + 0.3 * size;
        }
        case HARMLESS_UPDATE -> {
          if (at >= start) {
            to.latencyTimes *= size;
            to.memory = Math.max(to.memory, 0);
          }
        }
        case NOISY_LOGS -> to.warningsTimes *= size;
        case NEAR_MISS -> {
          double bell = Math.sin(Math.PI * Math.min(1, (at - start) / (end - start)));
          slow(to, size * bell, 5);
        }
        case SUDDEN, METRICS_OUTAGE, BLIP, CALM -> {}
      }
    }

    private static void slow(Condition to, double damage, double times) {
      to.latencyTimes *= 1 + (times - 1) * damage;
      to.queueTimes *= 1 + 2 * (times - 1) * damage;
      to.errorsAdded += 0.08 * damage * damage * damage;
      to.warningsTimes *= 1 + 3 * damage;
      to.cpu += 0.1 * damage;
    }
  }
}
