package dev.gnomon.local.broker;

import io.cloudevents.CloudEvent;
import java.net.URI;
import java.util.Optional;
import java.util.function.Predicate;

/// A Trigger whose addresses are known, or a dead letter sink.
///
/// @param name of the Trigger; unique, and the name of its lane in the queue
/// @param replies whether an event in the answer goes back to the Broker
record Subscription(
    String name,
    Predicate<CloudEvent> filter,
    URI address,
    Delivery delivery,
    Optional<URI> deadLetterSink,
    boolean replies) {

  /// The lane of a dead letter sink: no Trigger's filter leads there.
  static Subscription ofDeadLetterSink(URI sink, Delivery delivery) {
    return new Subscription(
        deadLetterLane(sink),
        event -> false,
        sink,
        delivery.withoutDeadLetterSink(),
        Optional.empty(),
        false);
  }

  static String deadLetterLane(URI sink) {
    return "dead-letters " + sink.getRawPath();
  }
}
