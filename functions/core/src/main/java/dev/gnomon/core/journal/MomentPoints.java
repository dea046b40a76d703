package dev.gnomon.core.journal;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.Point;
import java.time.Instant;
import java.util.Optional;

/// Makes rollback points of moments of one journal, so that a rollback can go to them as to any
/// point. A moment stands on a point that was taken before it: what the transactions up to the
/// moment wrote is put on the tree of that point, and everything else is as the point holds it.
///
/// Nothing is guessed: a journal that does not hold every transaction since the point, or that
/// contradicts the point, gives no moment.
public interface MomentPoints {

  /// Looks for the newest transaction within the limits that can be put on a point. Writes nothing.
  Found find(PointId on, Limits limits);

  /// Makes the point of a moment, or finds the one that was made of it before: killed anywhere and
  /// asked again, it ends with one point.
  Made make(Found.At moment);

  /// How far a moment may reach. Transactions are taken in the order of the journal, up to the
  /// first one beyond a limit.
  ///
  /// @param happened nothing that happened later
  /// @param recorded nothing that was recorded later: times of writers may be wrong. Of a prefix it
  ///   does not count, because its versions are recorded when they are found
  /// @param barrier nothing that was recorded later (of a prefix: written later): from then on the
  ///   journal no longer says what stood at the primary
  /// @param position exactly up to this one
  record Limits(
      Optional<Instant> happened,
      Optional<Instant> recorded,
      Optional<Instant> barrier,
      Optional<Long> position) {}

  /// What a journal can bring back.
  sealed interface Found {
    /// @param on the point that the moment stands on
    /// @param transaction id of the one at the position
    /// @param time no transaction up to it happened later; not before the time of the point
    /// @param put transactions that are put on the point
    /// @param takenBack transactions behind the position
    /// @param barred whether only the barrier kept further ones out
    /// @param torn what is cut off at the end of the journal, for people
    record At(
        PointId on,
        long position,
        String transaction,
        Instant time,
        long put,
        long takenBack,
        boolean barred,
        Optional<String> torn)
        implements Found {}

    /// No transaction within the limits came after the point: the point itself is the moment.
    ///
    /// @param takenBack transactions beyond the limits
    record Nothing(long takenBack, boolean barred, Optional<String> torn) implements Found {}

    /// @param why a clause for people
    record Unreachable(String why) implements Found {}
  }

  /// Outcome of making a point.
  sealed interface Made {
    record Taken(Point point) implements Made {}

    /// The transactions wrote what the point holds already.
    record Same() implements Made {}

    /// @param why a clause for people
    record Refused(String why) implements Made {}
  }
}
