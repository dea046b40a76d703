package dev.gnomon.core.catalogue;

import java.time.Duration;

/// What things cost, in seconds of outage of a resource of priority normal. All can be overridden
/// in gnomon.yaml, below `decisions.prices`.
///
/// @param reaction from a failure that nobody was prepared for until somebody acts; an outage of
///   that long
/// @param falseSwitch a rollback for which there was no reason: the disturbance and the work of
///   people; the same for every resource
/// @param away being served from the shadow with nothing behind it, until a person ends that
/// @param preStage a fresh shadow that was not planned: load on the primary, room in the store; the
///   same for every resource
/// @param lostWrites of one second of writes that are lost in a failure, 0 or more
/// @param writesSetAside of one second of writes that a rollback puts aside: they stay in the undo
///   point, but are no longer served; 0 or more
/// @param freshCopyUse share of failures that leave the content as it is, so that a fresh copy is
///   worth going to, in [0,1]
/// @param work of one second that machines copy, 0 or more
public record Prices(
    Duration reaction,
    Duration falseSwitch,
    Duration away,
    Duration preStage,
    double lostWrites,
    double writesSetAside,
    double freshCopyUse,
    double work) {
  public static final double MAX_FACTOR = 1e6;

  public static final Duration MAX_DURATION = Duration.ofDays(365);

  public static final Prices DEFAULT =
      new Prices(
          Duration.ofMinutes(5),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          1.0,
          0.1,
          0.5,
          0.01);

  public Prices {
    notNegative("reaction", reaction);
    notNegative("falseSwitch", falseSwitch);
    notNegative("away", away);
    notNegative("preStage", preStage);
    inRange("lostWrites", lostWrites, MAX_FACTOR);
    inRange("writesSetAside", writesSetAside, MAX_FACTOR);
    inRange("freshCopyUse", freshCopyUse, 1);
    inRange("work", work, MAX_FACTOR);
  }

  private static void notNegative(String name, Duration value) {
    if (value.isNegative() || value.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          "decisions.prices.%s must be in [0, %s]: %s".formatted(name, MAX_DURATION, value));
    }
  }

  private static void inRange(String name, double value, double max) {
    if (!(value >= 0 && value <= max)) {
      throw new IllegalArgumentException(
          "decisions.prices.%s must be in [0, %s]: %s".formatted(name, max, value));
    }
  }
}
