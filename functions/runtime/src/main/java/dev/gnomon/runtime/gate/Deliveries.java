package dev.gnomon.runtime.gate;

import dev.gnomon.runtime.http.ProblemKind;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.TimeUnit;

/// Counts and times events.
///
/// `gnomon.events` (counter: type, function, outcome) and `gnomon.handler` (timer in seconds:
/// function). Requests that are refused before their type is known count under type and function
/// `unknown`, so that senders can't make up label values.
@ApplicationScoped
class Deliveries {
  private final MeterRegistry registry;

  @Inject
  Deliveries(MeterRegistry registry) {
    this.registry = registry;
  }

  void refused() {
    unknown("refused");
  }

  /// The sender did not show who he is (UNAUTHORIZED), or it could not be told.
  void turnedAway(ProblemKind why) {
    unknown(why == ProblemKind.UNAUTHORIZED ? "unauthorized" : "away");
  }

  private void unknown(String outcome) {
    registry
        .counter("gnomon.events", "type", "unknown", "function", "unknown", "outcome", outcome)
        .increment();
  }

  void ended(Delivery delivery, int status, long nanos) {
    registry
        .counter(
            "gnomon.events",
            "type",
            delivery.type(),
            "function",
            delivery.function(),
            "outcome",
            outcome(status))
        .increment();
    Timer.builder("gnomon.handler")
        .tag("function", delivery.function())
        .publishPercentileHistogram()
        .register(registry)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private static String outcome(int status) {
    return switch (status) {
      case 200 -> "replied";
      case 204 -> "done";
      case 400 -> "refused";
      case 429 -> "busy";
      case 503 -> "away";
      default -> "failed";
    };
  }
}
