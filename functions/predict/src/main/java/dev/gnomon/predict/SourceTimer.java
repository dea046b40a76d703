package dev.gnomon.predict;

import dev.gnomon.core.secrets.Secrets;
import dev.gnomon.core.telemetry.sources.FetchSource;
import dev.gnomon.core.telemetry.sources.SampleSource;
import dev.gnomon.core.telemetry.sources.SampleSource.Fetched;
import dev.gnomon.core.telemetry.sources.SourceSpec;
import dev.gnomon.prometheus.PrometheusSources;
import dev.gnomon.prometheus.SecretReader;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Asks the sources of the catalogue for as long as this process runs, each in its own time, a few
/// at once. Counts `gnomon.telemetry.fetches` by source and outcome (taken, down, not-sent) and
/// `gnomon.telemetry.unfit` by source. Says once when a source goes down, when it is back, and what
/// of it can't be taken.
@Singleton
class SourceTimer {
  private static final Logger LOG = Logger.getLogger(SourceTimer.class);

  /// Each may hold an answer of 16 MiB and what is made of it.
  static final int AT_ONCE = 4;

  private static final Duration STOPPING = Duration.ofSeconds(5);

  private final List<SourceSpec> specs;
  private final TelemetryIntake intake;
  private final Clock clock;
  private final MeterRegistry meters;
  private final Semaphore running = new Semaphore(AT_ONCE, true);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  @Inject
  SourceTimer(PredictSources sources, TelemetryIntake intake, Clock clock, MeterRegistry meters) {
    this.specs = sources.catalogue().policies().telemetry().sources();
    this.intake = intake;
    this.clock = clock;
    this.meters = meters;
  }

  /// After the broker of a stack is there.
  void start(@Observes @Priority(200) StartupEvent event) {
    Secrets secrets = new Secrets(name -> Optional.ofNullable(System.getenv(name)));
    SecretReader reader =
        secret -> {
          try {
            return secrets.read(secret);
          } catch (Secrets.Unreadable e) {
            throw new IOException(e.getMessage(), e);
          }
        };
    for (SourceSpec spec : specs) {
      SampleSource source = PrometheusSources.open(spec, reader);
      threads.add(
          Thread.ofVirtual().name("gnomon-source-" + spec.name()).start(() -> run(spec, source)));
    }
  }

  private void run(SourceSpec spec, SampleSource source) {
    FetchSource fetching = new FetchSource(spec, source, clock.instant());
    Instant next = fetching.first(clock.instant());
    boolean well = true;
    String hint = "";
    try {
      while (!stopped.await(millisUntil(next), TimeUnit.MILLISECONDS)) {
        running.acquire();
        try {
          FetchSource.Round round = fetching.next(clock.instant(), intake);
          next = round.next();
          well = told(spec, round.fetched(), well);
          hint = hinted(spec, round.fetched(), hint);
        } catch (RuntimeException e) {
          next = fetching.first(clock.instant());
          count(spec, "not-sent");
          LOG.warnf("what source %s said is not sent: %s", spec.name(), e);
        } finally {
          running.release();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Rounded up: who comes too early asks for the time before once more.
  private long millisUntil(Instant next) {
    return Math.max(0, Duration.between(clock.instant(), next).plusNanos(999_999).toMillis());
  }

  private boolean told(SourceSpec spec, Fetched fetched, boolean well) {
    switch (fetched) {
      case Fetched.Samples samples -> {
        count(spec, "taken");
        meters.counter("gnomon.telemetry.unfit", "source", spec.name()).increment(samples.unfit());
        if (!well) {
          LOG.infof("source %s answers again", spec.name());
        }
        return true;
      }
      case Fetched.Down down -> {
        count(spec, "down");
        if (well) {
          LOG.warnf("source %s is down, its series are missing: %s", spec.name(), down.reason());
        }
        return false;
      }
    }
  }

  private static String hinted(SourceSpec spec, Fetched fetched, String before) {
    if (!(fetched instanceof Fetched.Samples samples)) {
      return before;
    }
    if (!samples.hint().isEmpty() && !samples.hint().equals(before)) {
      LOG.warnf("source %s: %s", spec.name(), samples.hint());
    }
    return samples.hint();
  }

  private void count(SourceSpec spec, String outcome) {
    meters
        .counter("gnomon.telemetry.fetches", "source", spec.name(), "outcome", outcome)
        .increment();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopped.countDown();
    Instant until = clock.instant().plus(STOPPING);
    for (Thread thread : threads) {
      thread.interrupt();
      thread.join(
          Duration.ofMillis(Math.max(1, Duration.between(clock.instant(), until).toMillis())));
    }
  }
}
