package dev.gnomon.local.broker;

import java.net.URI;
import java.util.Optional;

/// A Trigger whose addresses are known, or a dead letter sink.
///
/// @param name of the Trigger; unique, and the name of its lane in the queue
/// @param isDeadLetterSink then its answers are no events, and what it refuses is no dead letter
record Subscription(
    String name,
    URI address,
    Delivery delivery,
    Optional<URI> deadLetterSink,
    boolean isDeadLetterSink) {

  /// The lane of a dead letter sink: no Trigger's filter leads there.
  static Subscription ofDeadLetterSink(URI sink, Delivery delivery) {
    return new Subscription(
        deadLetterLane(sink), sink, delivery.withoutDeadLetterSink(), Optional.empty(), true);
  }

  static String deadLetterLane(URI sink) {
    return "dead-letters " + sink.getRawPath();
  }
}
