package dev.gnomon.protect;

import io.quarkus.funqy.knative.events.CloudEvent;

/// Identity of an event: (source, id). Two senders may use the same id.
final class EventIdentity {
  /// Source of the events that the command line sends.
  static final String CLI = "/gnomon/cli";

  private EventIdentity() {}

  static String of(CloudEvent<?> event) {
    return of(event.source(), event.id());
  }

  static String of(String source, String id) {
    return source + " " + id;
  }
}
