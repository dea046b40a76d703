package dev.gnomon.runtime;

import io.cloudevents.CloudEvent;

/// Where emitted events go: by default by HTTP to K_SINK ([HttpSink]); a process that holds the
/// broker itself may have a bean of its own.
public interface EventSink {
  /// Returns when the event is accepted, that is stored. May block; may send an event twice.
  ///
  /// @throws NotAccepted if it was not accepted
  void send(CloudEvent event);
}
