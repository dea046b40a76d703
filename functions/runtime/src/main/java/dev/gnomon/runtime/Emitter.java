package dev.gnomon.runtime;

import dev.gnomon.events.Outgoing;
import dev.gnomon.runtime.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Map;

/// Sends events that are not the reply to the one being handled.
@ApplicationScoped
public class Emitter {
  private final EventSink sink;
  private final Clock clock;
  private final Map<String, String> overrides;
  private final EventTrouble trouble;

  @Inject
  Emitter(EventSink sink, EventTrouble trouble, Clock clock, Settings settings) {
    this.sink = sink;
    this.trouble = trouble;
    this.clock = clock;
    this.overrides = settings.get(RuntimeSettings.OVERRIDES).orElse(Map.of());
  }

  /// Returns when the sink has accepted the event. May block.
  ///
  /// @throws NotAccepted if it did not
  public void emit(Outgoing event, Cause cause) {
    trouble.pass(Envelope.of(event, cause, clock.instant()).message(overrides), sink::send);
  }
}
