package dev.gnomon.core.catalogue;

import java.time.Duration;

/// How merit is reckoned and what follows from it, see ADR 25.
///
/// @param weights as configured; what is learned stays within half and double of them
/// @param halfLife after so long of nothing but errors half of the trust in a location is gone
/// @param recovery after so long without errors half of the lost trust is back; at least twice
///   `halfLife`
/// @param gap by how much merit must exceed that of the serving location for it to be outranked, in
///   (0,1]
/// @param sustained for how long without a break; by default longer than the quarter of an hour for
///   which a series counts as unwell after one alarm, as noise gives it now and then
/// @param lagCap a copy that is further behind is no candidate for automation
/// @param switches so many changes of place within `within` and automation leaves the resource
///   alone until a person says so
/// @param returnWithin how long an automatic rollback waits, after the old primary was repaired,
///   for its merit to be good enough for the return; then the shadow goes on serving
/// @param proves for how long a place that was left for how it did has to do well, without a break,
///   before automation returns to it; twice as long with each further departure
/// @param departures so many of them within `departuresWithin`, and only a person returns
public record MeritPolicy(
    MeritWeights weights,
    Duration halfLife,
    Duration recovery,
    double gap,
    Duration sustained,
    Duration lagCap,
    int switches,
    Duration within,
    Duration returnWithin,
    Duration proves,
    int departures,
    Duration departuresWithin) {
  public static final int MIN_SWITCHES = 2;
  public static final int MAX_SWITCHES = 50;
  public static final int MIN_DEPARTURES = 1;
  public static final int MAX_DEPARTURES = 50;

  public static final MeritPolicy DEFAULT =
      new MeritPolicy(
          MeritWeights.DEFAULT,
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          0.25,
          Duration.ofMinutes(20),
          Duration.ofDays(1),
          4,
          Duration.ofHours(1),
          Duration.ofHours(6),
          Duration.ofHours(6),
          3,
          Duration.ofDays(1));

  public MeritPolicy {
    positive("halfLife", halfLife);
    positive("for", sustained);
    positive("lagCap", lagCap);
    positive("block.within", within);
    positive("returnWithin", returnWithin);
    positive("return.proves", proves);
    positive("return.within", departuresWithin);
    if (proves.compareTo(departuresWithin) > 0) {
      throw new IllegalArgumentException(
          "merit.return.proves must be at most merit.return.within (%s): %s"
              .formatted(departuresWithin, proves));
    }
    if (departures < MIN_DEPARTURES || departures > MAX_DEPARTURES) {
      throw new IllegalArgumentException(
          "merit.return.departures must be in %d..%d: %d"
              .formatted(MIN_DEPARTURES, MAX_DEPARTURES, departures));
    }
    if (recovery.compareTo(halfLife.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "merit.recovery must be at least twice merit.halfLife (%s): %s"
              .formatted(halfLife, recovery));
    }
    if (!(gap > 0 && gap <= 1)) {
      throw new IllegalArgumentException("merit.gap must be in (0,1]: " + gap);
    }
    if (switches < MIN_SWITCHES || switches > MAX_SWITCHES) {
      throw new IllegalArgumentException(
          "merit.block.switches must be in %d..%d: %d"
              .formatted(MIN_SWITCHES, MAX_SWITCHES, switches));
    }
  }

  private static void positive(String name, Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException("merit." + name + " must be above zero: " + duration);
    }
  }
}
