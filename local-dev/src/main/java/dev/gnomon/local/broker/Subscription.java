package dev.gnomon.local.broker;

import java.net.URI;
import java.util.Optional;

/// A Trigger whose addresses are known, or a dead letter sink.
///
/// @param name of the Trigger; unique, and the name of its lane in the queue
/// @param maxInFlight deliveries under way at a time, 1 or more
/// @param isDeadLetterSink then its answers are no events, and what it refuses is no dead letter
record Subscription(
    String name,
    URI address,
    Delivery delivery,
    Optional<URI> deadLetterSink,
    int maxInFlight,
    boolean isDeadLetterSink) {

  /// The lane of a dead letter sink: no Trigger's filter leads there.
  static Subscription ofDeadLetterSink(URI sink, Delivery delivery) {
    return new Subscription(
        deadLetterLane(sink),
        sink,
        delivery.withoutDeadLetterSink(),
        Optional.empty(),
        Manifests.MAX_IN_FLIGHT,
        true);
  }

  static String deadLetterLane(URI sink) {
    return "dead-letters " + sink.getRawPath();
  }
}
