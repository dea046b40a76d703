package dev.gnomon.protect;

import dev.gnomon.events.Outgoing;
import dev.gnomon.runtime.Cause;
import io.quarkus.funqy.knative.events.CloudEvent;
import java.util.List;
import java.util.function.Supplier;

/// Lets what becomes true while an event is handled be told with that event as its cause.
class Telling {
  private static final ScopedValue<Cause> CAUSE = ScopedValue.newInstance();

  /// Runs a use case with the event as its cause.
  List<Outgoing> about(CloudEvent<?> event, Supplier<List<Outgoing>> work) {
    return ScopedValue.where(CAUSE, Cause.of(event)).call(work::get);
  }

  /// The event that is being handled, or none.
  static Cause cause(String function) {
    return CAUSE.isBound() ? CAUSE.get() : Cause.none(function);
  }
}
