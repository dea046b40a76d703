package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.journal.MomentPoints;
import dev.gnomon.core.journal.MomentPoints.Found;
import dev.gnomon.core.journal.MomentPoints.Limits;
import dev.gnomon.core.journal.MomentPoints.Made;
import dev.gnomon.core.journal.ObserveWrites;
import dev.gnomon.core.journal.PrefixJournal.Reconciled;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.rollback.Barriers.Barrier;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Finds the newest moment of a journal that a rollback may go to, and makes it a point: then it is
/// restored, compared, released and undone as any point is. A moment stands on a usable point, with
/// the transactions since then put on it.
///
/// What a journal says of the primary ends where a rollback of the resource began: what that wrote
/// is in no transaction. So transactions that came after the beginning of a rollback are put on
/// points only that were taken since, and no time after it is answered from an older point.
final class ChooseMoment {
  /// Stores may tell whole seconds only, and what was recorded so shortly before a point is put on
  /// it.
  private static final Duration BLUR = Duration.ofSeconds(2);

  private final CellStores stores;
  private final Duration margin;
  private final Barriers barriers;

  /// @param clockTolerance how far the clocks of control store and cells may be apart
  ChooseMoment(ControlRecords records, CellStores stores, Duration clockTolerance) {
    this.stores = stores;
    this.margin = clockTolerance.plus(BLUR);
    this.barriers = new Barriers(records, margin);
  }

  /// A point that a moment may stand on.
  record Footing(PointRef ref, Point point) {}

  /// How far a moment may reach.
  ///
  /// @param time nothing that happened later
  /// @param suspect nothing that happened later either: from then on writes are suspect; only where
  ///   nobody named the moment
  /// @param transaction exactly up to this one, or to a position
  record Wanted(
      Optional<Instant> time, Optional<Instant> suspect, Optional<Transaction> transaction) {

    /// The last one that is brought back.
    sealed interface Transaction {
      record Named(String id) implements Transaction {}

      record At(long position) implements Transaction {}
    }

    boolean isNamed() {
      return suspect.isEmpty();
    }

    Optional<Instant> limit() {
      return time.map(one -> suspect.filter(one::isAfter).orElse(one)).or(() -> suspect);
    }
  }

  /// What came of it.
  sealed interface Answer {
    /// @param why a sentence about it
    /// @param barred why it does not reach as far as it might
    record Made(Candidate moment, String why, Optional<String> barred) implements Answer {}

    /// The point is the moment: nothing was recorded between it and the limit.
    record ThePoint(String why, Optional<String> barred) implements Answer {}

    /// @param why a clause for people
    record None(String why) implements Answer {}
  }

  static boolean isJournaled(Resource resource) {
    return !ObserveWrites.journaled(resource).isEmpty();
  }

  /// @param base the newest usable point of its cell
  /// @param epoch of the current route
  Answer on(Resource resource, Epoch epoch, Footing base, Wanted wanted) {
    Optional<ShadowSpec> shadow =
        ObserveWrites.journaled(resource).stream()
            .filter(one -> one.cell().equals(base.ref().cell()))
            .findFirst();
    if (shadow.isEmpty()) {
      return new Answer.None("there is no journal in cell " + base.ref().cell());
    }
    try {
      return look(resource, shadow.get(), epoch, base, wanted);
    } catch (Refusal | DamagedJournalException | Busy e) {
      return new Answer.None(String.valueOf(e.getMessage()));
    } catch (ObjectStoreException e) {
      if (resource.location() instanceof S3Prefix place) {
        // Its bucket may be what is in trouble: the points are there without it.
        return new Answer.None(
            "%s can't be asked for its versions: %s".formatted(place, e.getMessage()));
      }
      throw e;
    }
  }

  private Answer look(
      Resource resource, ShadowSpec shadow, Epoch epoch, Footing base, Wanted wanted) {
    MomentPoints moments =
        stores.journals(shadow.cell()).moments(resource.name(), resource.location());
    Optional<Instant> complete = Optional.empty();
    if (resource.location() instanceof S3Prefix place) {
      Reconciled reconciled =
          stores
              .journals(shadow.cell())
              .prefix(resource.name(), place, shadow.journal().settle())
              .reconcile();
      complete = reconciled.upTo();
      boolean lags =
          wanted
              .limit()
              .map(limit -> reconciled.upTo().map(limit::isAfter).orElse(true))
              .orElse(false);
      if (lags && wanted.isNamed()) {
        return new Answer.None(
            "the journal of %s is complete up to %s only; ask again in %d s"
                .formatted(
                    resource.name(),
                    complete.map(Instant::toString).orElse("nothing"),
                    shadow.journal().settle().toSeconds() + 1));
      }
    }
    Optional<Instant> limit = earlier(wanted.limit(), complete);
    if (wanted.transaction().isEmpty()
        && limit.filter(time -> time.isBefore(base.point().time())).isPresent()) {
      // It may hold what came after the limit.
      return new Answer.None(
          "%s lies before the end of %s (%s)"
              .formatted(limit.get(), base.ref(), base.point().time()));
    }
    Optional<Barrier> barrier = barriers.of(resource, epoch, base.point());
    boolean isBehind =
        barrier.isPresent()
            && wanted.isNamed()
            && wanted.time().filter(barrier.get().began()::isBefore).isPresent();
    if (isBehind) {
      return new Answer.ThePoint(
          "what stood there at that time is not in the journal", barrier.map(Barrier::why));
    }
    Optional<Long> position = wanted.transaction().map(one -> position(resource, shadow, one));
    Found found =
        moments.find(
            base.point().id(),
            new Limits(
                limit,
                wanted.isNamed() ? Optional.empty() : wanted.time(),
                barrier.map(one -> one.began().minus(margin)),
                position));
    return switch (found) {
      case Found.Unreachable none -> new Answer.None(none.why());
      case Found.Nothing nothing ->
          new Answer.ThePoint(
              "no transaction of the journal lies between it and there%s; %d behind are taken back%s"
                  .formatted(
                      limit.map(time -> " (" + time + ")").orElse(""),
                      nothing.takenBack(),
                      torn(nothing.torn())),
              nothing.barred() ? barrier.map(Barrier::why) : Optional.empty());
      case Found.At at -> made(moments, base, at, barrier);
    };
  }

  private long position(Resource resource, ShadowSpec shadow, Wanted.Transaction transaction) {
    return switch (transaction) {
      case Wanted.Transaction.At at -> at.position();
      case Wanted.Transaction.Named named ->
          stores
              .journals(shadow.cell())
              .of(resource.name())
              .position(new dev.gnomon.core.journal.Moment.After(named.id()));
    };
  }

  private static Answer made(
      MomentPoints moments, Footing base, Found.At at, Optional<Barrier> barrier) {
    Optional<String> barred = at.barred() ? barrier.map(Barrier::why) : Optional.empty();
    return switch (moments.make(at)) {
      case Made.Refused refused -> new Answer.None(refused.why());
      case Made.Same same ->
          new Answer.ThePoint(
              "it holds what the %d transactions up to position %d wrote; %d behind are taken back%s"
                  .formatted(at.put(), at.position(), at.takenBack(), torn(at.torn())),
              barred);
      case Made.Taken taken -> {
        PointRef ref = new PointRef(base.ref().cell(), taken.point().id());
        yield new Answer.Made(
            Candidate.of(ref, taken.point()),
            "%s is the moment after transaction '%s' of %s (position %d of the journal in %s), made of %s of %s: %d transactions are put on it, %d behind are taken back%s. What was never announced is not in it and stays in the undo point"
                .formatted(
                    ref,
                    at.transaction(),
                    at.time(),
                    at.position(),
                    base.ref().cell(),
                    base.ref(),
                    base.point().time(),
                    at.put(),
                    at.takenBack(),
                    torn(at.torn())),
            barred);
      }
    };
  }

  private static String torn(Optional<String> torn) {
    return torn.map(text -> "; cut off at the torn end of the journal: " + text).orElse("");
  }

  private static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
    return one.map(time -> other.filter(time::isAfter).orElse(time)).or(() -> other);
  }

  /// The cells whose journals may have a moment.
  static List<CellName> cells(Resource resource) {
    return ObserveWrites.journaled(resource).stream().map(ShadowSpec::cell).toList();
  }
}
