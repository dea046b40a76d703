package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.ChooseMoment.Wanted;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.PointRef;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/// Chooses the points of a rollback: the newest consistent one not after the cutoff, then older
/// ones; before them the newest moment of a journal, where there is one. Never chosen by itself:
/// SUSPECT and held points, undo points, points about to expire. Chosen by itself only if there is
/// no other: a point that was taken because a failure was predicted.
public final class ChoosePoint {
  /// How many points a rollback tries before it gives up.
  public static final int MAX_CANDIDATES = 5;

  private static final String TRANSACTION = "transaction:";
  private static final String POSITION = "position:";

  private final ControlRecords records;
  private final UsablePoints points;
  private final NamedPoint named;
  private final ChooseFromJournal journal;

  public ChoosePoint(ControlRecords records, CellStores stores, Suspicions suspicions) {
    this.records = records;
    this.points = new UsablePoints(records, stores, suspicions);
    this.named = new NamedPoint(stores);
    this.journal =
        new ChooseFromJournal(
            stores, points, named, new ChooseMoment(records, stores, suspicions.clockTolerance()));
  }

  /// Outcome of a choice.
  public sealed interface Choice {
    /// @param why a sentence about the first candidate
    /// @param moment whether the first candidate is a moment of a journal, made for this; the
    ///   points follow
    record Chosen(List<Candidate> candidates, String why, boolean moment) implements Choice {
      public Chosen(List<Candidate> candidates, String why) {
        this(candidates, why, false);
      }

      /// The candidates that nobody made for this.
      List<Candidate> points() {
        return moment ? candidates.subList(1, candidates.size()) : candidates;
      }
    }

    record Nothing(String reason) implements Choice {}
  }

  /// Of a resource with a journal the newest moment is chosen that lies before the time or the
  /// cutoff: it is made a point, which is found again when this is asked again. If the journal
  /// can't bring it back, the newest point is chosen and the sentence says why; where a person
  /// named the moment, nothing is.
  ///
  /// @param epoch of the current route
  /// @param to what a person named: a point, a point of a cell, a time, or `transaction:ID` or
  ///   `position:N` of a journal
  /// @param cutoff newest time a point may have if nothing was named
  public Choice choose(
      Resource resource, Epoch epoch, Optional<String> to, Optional<Instant> cutoff) {
    if (to.isEmpty()) {
      return cutoff.isPresent() && ChooseMoment.isJournaled(resource)
          ? journal.upTo(resource, epoch, cutoff.get(), false)
          : points.newest(resource, cutoff);
    }
    Optional<Wanted.Transaction> transaction;
    try {
      transaction = transaction(to.get());
    } catch (NumberFormatException e) {
      return new Choice.Nothing("'%s' is no position of a journal".formatted(to.get()));
    }
    if (transaction.isPresent()) {
      return journal.exactly(resource, epoch, transaction.get());
    }
    try {
      Instant time = Instant.parse(to.get());
      return ChooseMoment.isJournaled(resource)
          ? journal.upTo(resource, epoch, time, true)
          : points.notAfter(resource, time);
    } catch (DateTimeParseException notATime) {
      return named.of(resource, to.get());
    }
  }

  private static Optional<Wanted.Transaction> transaction(String text) {
    if (text.startsWith(TRANSACTION)) {
      return Optional.of(new Wanted.Transaction.Named(text.substring(TRANSACTION.length())));
    }
    return text.startsWith(POSITION)
        ? Optional.of(new Wanted.Transaction.At(Long.parseLong(text.substring(POSITION.length()))))
        : Optional.empty();
  }

  /// The points of an update, or a newer state than they have: the moment of a journal just before
  /// a time.
  ///
  /// @param points one a shadow cell
  /// @param point the one that is chosen where no journal has a newer moment
  /// @param why a clause about it
  Choice.Chosen newerThan(
      Resource resource,
      Epoch epoch,
      List<PointRef> points,
      Instant before,
      Candidate point,
      String why) {
    return journal.newerThan(resource, epoch, points, before, point, why);
  }

  /// Points only, not after a time, newest first; none that was taken because a failure was
  /// predicted.
  List<Candidate> points(Resource resource, Instant time) {
    return points.sure(resource, time);
  }

  /// The next older usable point than a candidate, for people.
  public Optional<PointRef> olderThan(Resource resource, Candidate candidate) {
    return points.notAfter(resource, candidate.time().minusNanos(1)) instanceof Choice.Chosen chosen
        ? Optional.of(chosen.candidates().getFirst().point())
        : Optional.empty();
  }

  /// Mark of a point that must not be chosen any more.
  ///
  /// @param reason why, if it is not simply about to expire
  public record Tombstone(Optional<String> reason, Instant time) {}

  /// Whether expiry has announced that it deletes this point.
  public boolean expiring(PointRef ref) {
    return records.exists(tombstone(ref));
  }

  /// Name under which expiry announces that it deletes a point, before it looks whether the point
  /// is pinned.
  public static ObjectName tombstone(PointRef ref) {
    return ObjectName.of("expiring", ref.cell(), ref.point());
  }
}
