package dev.gnomon.local.cli;

import dev.gnomon.events.EventData;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// Posts CloudEvents to the broker of the stack, in structured mode: so that no value has to be fit
/// for a header. A 2xx answer says that the broker has it on disk.
final class EventSender {
  private static final int TRIES = 5;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Http http;
  private final URI broker;

  EventSender(Http http, StackAddresses addresses) {
    this.http = http;
    this.broker = addresses.broker();
  }

  private EventSender(Http http, URI broker) {
    this.http = http;
    this.broker = broker;
  }

  /// To a broker that may be elsewhere.
  static EventSender to(URI broker, Path data, Duration answer) {
    return new EventSender(new Http(data).within(answer), broker);
  }

  static EventSender of(Path data) {
    return new EventSender(new Http(data), StackAddresses.of(data));
  }

  /// @return the event that was sent
  Event send(EventData data) {
    Event event = Event.of(data);
    send(event);
    return event;
  }

  /// Sends an event; the same again while the broker is busy, so that it can tell repeats apart.
  ///
  /// @throws Failure if the broker refuses it or stays busy
  void send(Event event) {
    String body = event.structured().toString();
    AtomicReference<String> why = new AtomicReference<>("");
    Optional<Http.Answer> answer =
        Waiting.until(
            PAUSE.multipliedBy(TRIES),
            () -> {
              Http.Answer given =
                  http.post(broker, "application/cloudevents+json; charset=utf-8", body);
              if (given.busy()) {
                why.set(given.reason());
              }
              return given.busy() ? Optional.empty() : Optional.of(given);
            });
    if (answer.isEmpty()) {
      throw Failure.failed("the broker took no event: %s; try again".formatted(why.get()));
    }
    if (!answer.get().ok()) {
      throw Failure.failed("the broker refused the event: " + answer.get().reason());
    }
  }
}
