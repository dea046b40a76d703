package dev.gnomon.predict;

import dev.gnomon.core.logs.LogLine;
import dev.gnomon.core.logs.LogSeries;
import dev.gnomon.core.logs.Templates;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.alerts.FiringAlerts;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What is held between requests and said every few seconds: how many lines of logs came, and which
/// alerts fire. What could not be sent is in what is sent next. Counts `gnomon.telemetry.lines` by
/// outcome (counted, late, over).
@Singleton
class HeldSeries {
  static final Duration EVERY = Duration.ofSeconds(10);

  private static final Logger LOG = Logger.getLogger(HeldSeries.class);
  private static final Duration STOPPING = Duration.ofSeconds(5);

  private final LogSeries series;
  private final FiringAlerts alerts = new FiringAlerts();
  private final TelemetryIntake intake;
  private final Clock clock;
  private final MeterRegistry meters;
  private final String collector;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private @Nullable Thread thread;

  @Inject
  HeldSeries(PredictSources sources, TelemetryIntake intake, Clock clock, MeterRegistry meters) {
    this.collector =
        Optional.ofNullable(System.getenv("HOSTNAME")).filter(name -> !name.isBlank()).orElse("1");
    this.series = new LogSeries(new Templates(sources.templates()), collector);
    this.intake = intake;
    this.clock = clock;
    this.meters = meters;
  }

  FiringAlerts alerts() {
    return alerts;
  }

  void count(List<LogLine> lines) {
    LogSeries.Taken taken = series.take(lines, clock.instant());
    count("counted", taken.counted());
    count("late", taken.late());
    count("over", taken.over());
  }

  private void count(String outcome, int lines) {
    meters.counter("gnomon.telemetry.lines", "outcome", outcome).increment(lines);
  }

  void start(@Observes @Priority(200) StartupEvent event) {
    thread = Thread.ofVirtual().name("gnomon-held-series").start(this::run);
  }

  private void run() {
    boolean well = true;
    try {
      while (!stopped.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        well = sent(well);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean sent(boolean well) {
    Instant now = clock.instant();
    List<Sample> samples = new ArrayList<>(series.samples(now));
    samples.addAll(alerts.samples(now));
    try {
      intake.take("held/" + collector + "/" + now, samples);
      return true;
    } catch (RuntimeException e) {
      if (well) {
        LOG.warnf("counts of log lines and alerts are not sent, later ones hold them: %s", e);
      }
      return false;
    }
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopped.countDown();
    if (thread != null) {
      thread.interrupt();
      thread.join(STOPPING);
    }
  }
}
