package dev.gnomon.protect;

import dev.gnomon.core.letters.DeadEvent;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// `gnomon.dead.letters` by destination and code, also those that were only counted
/// (`gnomon.dead.letters.beyond`); `gnomon.dead.letters.unresolved` and `gnomon.dead.letters.lost`
/// as the last sweep of this process found them. Whoever counts may have lived for one letter only,
/// so that nobody saw a counter rise: alerts ask for what sweeps found.
@Singleton
class LetterMeters {
  /// Who sends dead letters says where they come from: a meter has room for so many places.
  private static final int MAX_PLACES = 50;

  private static final String OTHER = "other";

  private final MeterRegistry meters;
  private final AtomicLong unresolved = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final Set<String> places = ConcurrentHashMap.newKeySet();

  @Inject
  LetterMeters(MeterRegistry meters) {
    this.meters = meters;
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

  /// Gauges of a process that does not sweep would be wrong, so they begin with a sweep.
  void stand(int nobodySawTo, long onlyCounted) {
    unresolved.set(nobodySawTo);
    lost.set(onlyCounted);
    Gauge.builder("gnomon.dead.letters.unresolved", unresolved, AtomicLong::get)
        .description("dead letters that nobody has replayed or dropped")
        .register(meters);
    Gauge.builder("gnomon.dead.letters.lost", lost, AtomicLong::get)
        .description("dead letters that there was no room for, at least, of all processes")
        .register(meters);
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
