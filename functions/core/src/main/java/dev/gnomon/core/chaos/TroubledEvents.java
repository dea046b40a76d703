package dev.gnomon.core.chaos;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Says what becomes of an event that is sent. Thread-safe if its random generator is.
public final class TroubledEvents {
  private final Injected injected;
  private final RandomGenerator random;

  public TroubledEvents(Injected injected, RandomGenerator random) {
    this.injected = injected;
    this.random = random;
  }

  /// What becomes of an event.
  public sealed interface Fate {
    /// It goes its way.
    record Sent() implements Fate {}

    /// It is sent, and after a while again.
    record Twice(Duration after) implements Fate {}

    /// It is accepted, and sent later than others that come after it.
    record HeldBack(Duration until) implements Fate {}

    /// It is accepted, and never sent.
    record Lost() implements Fate {}
  }

  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final Fate SENT = new Fate.Sent();

  public Fate next() {
    Optional<Trouble> now = injected.now();
    if (now.isEmpty()) {
      return SENT;
    }
    return switch (now.get()) {
      case Trouble.DuplicateEvents twice when hits(twice.share()) ->
          new Fate.Twice(Duration.ofMillis(random.nextLong(AGAIN.toMillis())));
      case Trouble.ReorderedEvents held when hits(held.share()) ->
          new Fate.HeldBack(Duration.ofMillis(random.nextLong(held.within().toMillis() + 1)));
      case Trouble.LostEvents lost when hits(lost.share()) -> new Fate.Lost();
      case Trouble other -> SENT;
    };
  }

  private boolean hits(double share) {
    boolean hit = random.nextDouble() < share;
    if (hit) {
      injected.touch();
    }
    return hit;
  }
}
