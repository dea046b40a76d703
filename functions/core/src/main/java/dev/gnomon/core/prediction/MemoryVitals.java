package dev.gnomon.core.prediction;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The newest vitals in this process alone; as many as there are subjects. Thread-safe.
public final class MemoryVitals implements Vitals.Board {
  private final InstantSource clock;
  private final Duration kept;
  private final Map<Subject, Posted> all = new ConcurrentHashMap<>();

  private record Posted(Vitals vitals, Instant until) {}

  /// @param kept how long vitals are believed that are not posted again
  public MemoryVitals(InstantSource clock, Duration kept) {
    this.clock = clock;
    this.kept = kept;
  }

  @Override
  public void post(Vitals vitals) {
    all.put(vitals.subject(), new Posted(vitals, clock.instant().plus(kept)));
  }

  @Override
  public Optional<Vitals> of(Subject subject) {
    return Optional.ofNullable(all.get(subject))
        .filter(posted -> posted.until().isAfter(clock.instant()))
        .map(Posted::vitals);
  }
}
