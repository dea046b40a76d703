package dev.gnomon.protect;

import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.chaos.Trouble;
import dev.gnomon.core.chaos.TroubledEvents;
import dev.gnomon.core.chaos.TroubledEvents.Fate;
import dev.gnomon.runtime.EventTrouble;
import dev.gnomon.runtime.NotAccepted;
import io.cloudevents.CloudEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Loses events, holds them back and sends them twice, as an experiment says. What is held back
/// when the process ends is lost.
final class TroubledSink implements EventTrouble {
  private static final Logger LOG = Logger.getLogger(TroubledSink.class);

  /// What comes beyond it is sent at once.
  private static final int MAX_WAITING = 1000;

  private final Injected injected;
  private final TroubledEvents events;
  private final Semaphore waiting = new Semaphore(MAX_WAITING);

  TroubledSink(Injected injected, TroubledEvents events) {
    this.injected = injected;
    this.events = events;
  }

  @Override
  public boolean made() {
    Optional<Trouble> now = injected.now();
    return now.isPresent()
        && switch (now.get()) {
          case Trouble.DuplicateEvents twice -> true;
          case Trouble.ReorderedEvents held -> true;
          case Trouble.LostEvents lost -> true;
          case Trouble.Latency other -> false;
          case Trouble.Errors other -> false;
          case Trouble.Partition other -> false;
          case Trouble.CorruptReads other -> false;
          case Trouble.ClockSkew other -> false;
          case Trouble.SlowRedis other -> false;
          case Trouble.DeadRedis other -> false;
          case Trouble.KilledFunction other -> false;
        };
  }

  @Override
  public void pass(CloudEvent event, Consumer<CloudEvent> sink) {
    switch (events.next()) {
      case Fate.Sent() -> sink.accept(event);
      case Fate.Twice(Duration after) -> {
        sink.accept(event);
        later(event, sink, after);
      }
      case Fate.HeldBack(Duration until) -> later(event, sink, until);
      case Fate.Lost() ->
          LOG.infof(
              "event %s of type %s is lost by experiment %s",
              event.getId(), event.getType(), injected.experiment().orElse("that ended"));
    }
  }

  private void later(CloudEvent event, Consumer<CloudEvent> sink, Duration after) {
    if (!waiting.tryAcquire()) {
      sink.accept(event);
      return;
    }
    Thread.ofVirtual()
        .name("gnomon-chaos-event")
        .start(() -> {
          try {
            Thread.sleep(after);
            sink.accept(event);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (NotAccepted e) {
            LOG.warnf("a held back event is lost: %s", e.getMessage());
          } finally {
            waiting.release();
          }
        });
  }
}
