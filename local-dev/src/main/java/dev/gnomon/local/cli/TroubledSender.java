package dev.gnomon.local.cli;

import dev.gnomon.core.chaos.TroubledEvents;
import dev.gnomon.core.chaos.TroubledEvents.Fate;
import dev.gnomon.events.EventData;
import java.time.Duration;
import java.util.function.Consumer;

/// Sends what a probe saw, as an experiment lets events fare: twice, late or not at all. What
/// people ask for by commands is not lost on purpose.
final class TroubledSender {
  private final EventSender sender;
  private final TroubledEvents events;
  private final Consumer<String> hints;

  /// @param hints what is said of events that could not be sent later
  TroubledSender(EventSender sender, TroubledEvents events, Consumer<String> hints) {
    this.sender = sender;
    this.events = events;
    this.hints = hints;
  }

  /// @throws Failure if the broker refuses it or stays busy
  void send(EventData data) {
    Event event = Event.of(data);
    switch (events.next()) {
      case Fate.Sent() -> sender.send(event);
      case Fate.Twice(Duration after) -> {
        sender.send(event);
        later(event, after);
      }
      case Fate.HeldBack(Duration until) -> later(event, until);
      case Fate.Lost() -> hints.accept("an experiment lost what was seen");
    }
  }

  /// What ends before has lost it, as what carries events may.
  private void later(Event event, Duration after) {
    Thread.ofVirtual()
        .name("gnomon-chaos-event")
        .start(() -> {
          try {
            Thread.sleep(after);
            sender.send(event);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (Failure e) {
            hints.accept("not told: " + e.getMessage());
          }
        });
  }
}
