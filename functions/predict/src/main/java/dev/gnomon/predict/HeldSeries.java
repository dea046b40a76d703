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

/// What is held between requests and said every few seconds: how many lines of logs came, and which
/// alerts fire. What could not be sent is in what is sent next. Counts `gnomon.telemetry.lines` by
/// outcome (counted, late, over).
@Singleton
class HeldSeries {
  static final Duration EVERY = Duration.ofSeconds(10);

  private static final Logger LOG = Logger.getLogger(HeldSeries.class);
  private static final Duration STOPPING = Duration.ofSeconds(5);

  private final LogSeries series;
  private final FiringAlerts alerts;
  private final TelemetryIntake intake;
  private final Clock clock;
  private final MeterRegistry meters;
  private final String collector;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  @Inject
  HeldSeries(PredictSources sources, TelemetryIntake intake, Clock clock, MeterRegistry meters) {
    this.collector =
        Optional.ofNullable(System.getenv("HOSTNAME")).filter(name -> !name.isBlank()).orElse("1");
    this.alerts = new FiringAlerts(sources.alerts());
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
    threads.add(Thread.ofVirtual().name("gnomon-held-series").start(() -> run(this::sent)));
    // By itself: a control store that is slow keeps no counts back.
    threads.add(Thread.ofVirtual().name("gnomon-alerts").start(() -> run(this::learnt)));
  }

  private interface Round {
    /// @param well whether the one before it went well, so that trouble is told once
    boolean gone(boolean well);
  }

  private void run(Round round) {
    boolean well = round.gone(true);
    try {
      while (!stopped.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        well = round.gone(well);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean learnt(boolean well) {
    try {
      alerts.learn(clock.instant());
      return true;
    } catch (RuntimeException e) {
      if (well) {
        LOG.warnf("what other processes were told of alerts is not known: %s", e);
      }
      return false;
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
    for (Thread thread : threads) {
      thread.interrupt();
      thread.join(STOPPING);
    }
  }
}
