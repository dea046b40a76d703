package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.MeritPolicy;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.rollback.Steps.DoneStep;
import dev.gnomon.core.routes.Location;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What a place owes before automation comes back to it. It is reckoned from the intents alone, up
/// to the departure that is asked about, so it is the same in every process, after every kill, and
/// at any later time. As route flap damping (RFC 2439) does, it lets a first absence pass that ends
/// visibly, asks for more after each further one, and leaves the rest to a person; ADR 31.
final class Departures {
  /// A rollback takes two to four epochs, and those of a day are bounded by the blocks.
  private static final int MAX_EPOCHS_BACK = 200;

  private final ControlRecords records;
  private final MeritPolicy policy;

  Departures(ControlRecords records, MeritPolicy policy) {
    this.records = records;
    this.policy = policy;
  }

  /// What is asked of a place.
  ///
  /// @param times how often automation left it within the time that counts, with the last one
  /// @param proof for how long it has to do well without a break; zero: what it is known for now is
  ///   enough
  /// @param person whether only a person comes back
  /// @param says a clause for people; empty if nothing is asked
  record Terms(int times, Duration proof, boolean person, String says) {
    static final Terms NONE = new Terms(0, Duration.ZERO, false, "");

    boolean ask() {
      return person || proof.isPositive();
    }
  }

  /// @param left of a rollback that left a place
  Terms of(Intent left) {
    if (left.by() == By.PERSON || left.blame().isEmpty()) {
      return Terms.NONE;
    }
    return terms(left.source(), left.blame().get(), times(left), policy);
  }

  static Terms terms(Location place, Blame blame, int times, MeritPolicy policy) {
    int free = blame == Blame.PLACE ? 0 : 1;
    if (times <= free) {
      return new Terms(times, Duration.ZERO, false, "");
    }
    String left =
        "automation left %s %d times within %s, the last time %s"
            .formatted(place.cell(), times, text(policy.departuresWithin()), blame.says());
    if (times >= policy.departures()) {
      return new Terms(
          times,
          Duration.ZERO,
          true,
          left + ", so only a person returns to it (merit.return.departures)");
    }
    Duration proof = policy.proves().multipliedBy(1L << Math.min(times - free - 1, 20));
    Duration bounded =
        proof.compareTo(policy.departuresWithin()) < 0 ? proof : policy.departuresWithin();
    return new Terms(
        times,
        bounded,
        false,
        "%s, so it has to do well for %s without a break before it is returned to (merit.return.proves)"
            .formatted(left, text(bounded)));
  }

  /// A person who moved the resource, or ordered a return, has judged what was before. A departure
  /// is forgotten by the time that the place has served since, not by the time of its absence.
  private int times(Intent left) {
    Instant since = left.time().minus(policy.departuresWithin());
    int times = 1;
    long newest = left.epochBefore().value() - 1;
    for (long epoch = newest; epoch >= 1 && epoch > newest - MAX_EPOCHS_BACK; epoch--) {
      RollbackRecords at = new RollbackRecords(records, left.resource(), new Epoch(epoch));
      Optional<Intent> intent = at.intent();
      if (intent.isEmpty()) {
        continue; // A move of a rollback that began from an older route.
      }
      Instant over = at.done().map(DoneStep::time).orElse(intent.get().time());
      if (!over.isAfter(since) || intent.get().judgedByPerson() || at.has("return-ordered")) {
        break;
      }
      boolean counts =
          intent.get().blame().isPresent()
              && intent.get().mode() != RollbackMode.RESTORE // in place it did not leave
              && intent.get().source().equals(left.source())
              && at.has("released");
      times += counts ? 1 : 0;
    }
    return times;
  }

  static String text(Duration duration) {
    String text =
        (duration.toDays() > 0 ? duration.toDays() + "d" : "")
            + (duration.toHoursPart() > 0 ? duration.toHoursPart() + "h" : "")
            + (duration.toMinutesPart() > 0 ? duration.toMinutesPart() + "m" : "");
    return text.isEmpty() ? duration.toMillis() / 1e3 + "s" : text;
  }
}
