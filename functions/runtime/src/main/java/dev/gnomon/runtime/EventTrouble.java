package dev.gnomon.runtime;

import io.cloudevents.CloudEvent;
import java.util.function.Consumer;

/// What happens to events on their way to the sink while an experiment goes on.
public interface EventTrouble {
  EventTrouble NONE =
      new EventTrouble() {
        @Override
        public boolean made() {
          return false;
        }

        @Override
        public void pass(CloudEvent event, Consumer<CloudEvent> sink) {
          sink.accept(event);
        }
      };

  /// Whether events may be lost, held back or sent twice now.
  boolean made();

  /// Sends an event: once, twice, later, or not at all.
  void pass(CloudEvent event, Consumer<CloudEvent> sink);
}
