package dev.gnomon.bench.scenarios;

import dev.gnomon.core.telemetry.Sample;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/// One service, a minute at a time: what is asked of it follows the time of the day, how long it
/// takes follows how busy it is, what takes too long or is too much becomes an error, and what is
/// refused may be asked again. Not thread-safe.
final class SimulatedApp {
  private static final double MOST_BUSY = 0.97;
  private static final double TIMEOUT_SECONDS = 5;
  private static final double FAILS = 0.5;

  private final double rate;
  private final double seconds;
  private final boolean whole;
  private final Random random;
  private final Map<String, Double> counters = new LinkedHashMap<>();
  private final Map<String, Double> gauges = new LinkedHashMap<>();
  private double wander;
  private double refused;
  private double heap = Usual.MEMORY_RATIO;
  private double lag = 0.4;

  /// @param rate requests a second, on average
  /// @param seconds that one takes where nobody waits
  /// @param whole whether it reports all that there is, or the least that services report
  SimulatedApp(double rate, double seconds, boolean whole, Random random) {
    this.rate = rate;
    this.seconds = seconds;
    this.whole = whole;
    this.random = random;
  }

  /// @return whether users are failed in this minute
  boolean minute(Instant time, Strain strain) {
    if (strain.restarts) {
      counters.clear();
      heap = Usual.MEMORY_RATIO - 0.02;
    }
    if (strain.hangs) {
      refused = 1;
      return true;
    }
    wander = 0.92 * wander + 0.01 * random.nextGaussian();
    double wanted = rate * daily(time) * Math.exp(wander) * strain.traffic;
    double asked = wanted * (1 + strain.retries * refused);
    double load = asked / rate * Usual.BUSY * strain.serviceTime / Math.max(strain.capacity, 1e-3);
    double busy = Math.min(load, MOST_BUSY);
    double queued = busy / (1 - busy);
    double typical = seconds * strain.serviceTime * (1 + 0.3 * busy * queued) * noise(0.03);
    double slow =
        Usual.SLOW_TIMES * seconds * strain.serviceTime * (1 + 0.6 * queued) * noise(0.08)
            + strain.extraLatency;
    double tooMuch = load > MOST_BUSY ? 1 - MOST_BUSY / load : 0;
    double tooLate = Math.clamp((slow - TIMEOUT_SECONDS) / (2 * TIMEOUT_SECONDS), 0, 0.95);
    refused =
        Math.clamp(
            Usual.ERRORS_RATIO * noise(0.3) + strain.errors + Math.max(tooMuch, tooLate), 0, 1);
    heap += 0.002 + 0.0005 * random.nextGaussian();
    heap = heap > Usual.MEMORY_RATIO + 0.06 ? Usual.MEMORY_RATIO : heap;
    lag = 0.8 * lag + 0.2 * 0.4 * noise(0.5);
    report(asked, busy, queued, typical, slow, strain);
    return refused >= FAILS || strain.harms;
  }

  private void report(
      double asked, double busy, double queued, double typical, double slow, Strain strain) {
    count("http_server_requests_total|code=200", asked * 60 * (1 - refused));
    gauges.put("http_server_request_duration_seconds|quantile=0.99", slow);
    gauges.put("http_server_errors_ratio", refused);
    gauges.put(
        "process_cpu_utilization_ratio",
        Math.clamp(0.9 * busy * noise(0.03) + strain.stolen, 0, 1));
    if (whole) {
      count("http_server_requests_total|code=500", asked * 60 * refused);
      count(
          "gnomon_log_messages_total|severity=error",
          60
              * (Usual.ERROR_LINES_A_SECOND * strain.errorLines * noise(0.3)
                  + asked * refused * 0.4));
      gauges.put("http_server_request_duration_seconds|quantile=0.5", typical);
      gauges.put(
          "jvm_memory_used_ratio",
          Math.clamp(heap + 0.01 * random.nextGaussian() + strain.memory, 0, 1));
      gauges.put(
          "worker_queue_pending",
          Math.rint(strain.queue * (Usual.QUEUE_LENGTH + 60 * queued) * noise(0.25)));
      gauges.put("database_replication_lag_seconds", lag + strain.lag * noise(0.1));
    }
  }

  private void count(String series, double more) {
    counters.merge(series, Math.rint(more), Double::sum);
  }

  private double noise(double width) {
    return Math.exp(width * random.nextGaussian());
  }

  private static double daily(Instant time) {
    var at = time.atZone(ZoneOffset.UTC);
    double hour = at.getHour() + at.getMinute() / 60.0;
    double day = 1 + Usual.DAILY_SWING * Math.sin(2 * Math.PI * (hour - 8.5) / 24);
    return at.getDayOfWeek().getValue() >= 6 ? 0.75 * day : day;
  }

  /// What it reports of the last minute, by `metric|label=value`.
  void read(Reader reader) {
    gauges.forEach((series, value) -> reader.read(series, value, Sample.Kind.GAUGE));
    counters.forEach((series, value) -> reader.read(series, value, Sample.Kind.COUNTER));
  }

  /// Gets readings.
  interface Reader {
    void read(String series, double value, Sample.Kind kind);
  }
}
