package dev.gnomon.local.broker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Sends the events of PingSources to the Broker when they are due. Ticks that fall into a time
/// when nothing ran are not made up for.
public final class PingTimer implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(PingTimer.class);
  private static final Duration MAX_SLEEP = Duration.ofMinutes(1);

  private final Broker broker;
  private final Clock clock;
  private final List<Thread> threads;

  private PingTimer(Broker broker, List<PingSource> sources, Clock clock) {
    this.broker = broker;
    this.clock = clock;
    this.threads =
        sources.stream()
            .map(source ->
                Thread.ofVirtual().name("ping " + source.name()).unstarted(() -> run(source)))
            .toList();
  }

  /// Starts a timer per source.
  ///
  /// @param sweepEvery how often the sweep fires instead of its cron line: on one machine nobody
  ///   has to wait for the minute; empty: as its PingSource says
  public static PingTimer start(
      Broker broker, Manifests manifests, Optional<Duration> sweepEvery, Clock clock) {
    List<PingSource> sources =
        manifests.pingSources().stream()
            .map(source ->
                sweepEvery
                    .filter(period -> source.isSweep())
                    .map(period -> source.withSchedule(new Schedule.Every(period)))
                    .orElse(source))
            .toList();
    PingTimer timer = new PingTimer(broker, sources, clock);
    timer.threads.forEach(Thread::start);
    return timer;
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }

  private void run(PingSource source) {
    try {
      Optional<Instant> next = next(source);
      while (next.isPresent()) {
        sleepUntil(next.get());
        send(source, next.get());
        next = next(source);
      }
    } catch (InterruptedException e) {
      LOG.debugf("PingSource %s stops", source.name());
    }
  }

  private Optional<Instant> next(PingSource source) {
    return source
        .schedule()
        .next(clock.instant().atZone(source.zone()))
        .map(ZonedDateTime::toInstant);
  }

  private void sleepUntil(Instant time) throws InterruptedException {
    Duration left = Duration.between(clock.instant(), time);
    while (left.isPositive()) {
      Duration nap = left.compareTo(MAX_SLEEP) < 0 ? left : MAX_SLEEP;
      TimeUnit.NANOSECONDS.sleep(nap.toNanos());
      left = Duration.between(clock.instant(), time);
    }
  }

  private void send(PingSource source, Instant time) {
    broker
        .accept(source.eventAt(time))
        .whenComplete((acceptance, fault) -> {
          if (fault != null || acceptance instanceof Broker.Acceptance.Busy) {
            LOG.warnf("PingSource %s: tick not stored: %s", source.name(), fault);
          }
        });
  }
}
