package dev.gnomon.protect;

import dev.gnomon.core.letters.DeadEvent;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// `gnomon.dead.letters` by destination and code, also those that were only counted
/// (`gnomon.dead.letters.beyond`); `gnomon.dead.letters.unresolved` as the last sweep found them.
@Singleton
class LetterMeters {
  /// Who sends dead letters says where they come from: a meter has room for so many places.
  private static final int MAX_PLACES = 50;

  private static final String OTHER = "other";

  private final MeterRegistry meters;
  private final AtomicInteger unresolved = new AtomicInteger();
  private final Set<String> places = ConcurrentHashMap.newKeySet();

  @Inject
  LetterMeters(MeterRegistry meters) {
    this.meters = meters;
    Gauge.builder("gnomon.dead.letters.unresolved", unresolved, AtomicInteger::get)
        .description("dead letters that nobody has replayed or dropped")
        .register(meters);
  }

  void kept(DeadEvent event) {
    meters
        .counter(
            "gnomon.dead.letters",
            "destination",
            place(event),
            "code",
            event.code().filter(code -> code.matches("-1|[1-5][0-9][0-9]")).orElse("none"))
        .increment();
  }

  void beyond(DeadEvent event) {
    kept(event);
    meters.counter("gnomon.dead.letters.beyond").increment();
  }

  void stand(int now) {
    unresolved.set(now);
  }

  private String place(DeadEvent event) {
    String place = event.destination().isEmpty() ? "none" : DeadEvent.place(event.destination());
    synchronized (places) {
      return places.contains(place) || (places.size() < MAX_PLACES && places.add(place))
          ? place
          : OTHER;
    }
  }
}
