package dev.gnomon.core.decision;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a decision about one resource rests on.
///
/// @param weight of the resource's priority, above 0
/// @param leadSeconds until the failure is expected, 0 if it should have come already
/// @param lossSeconds seconds of writes between the point to go back to and now
/// @param efforts seconds until users are served again, of each rollback that is possible
/// @param returning what the return to a repaired primary takes beside, if it is possible
/// @param staging what a fresh shadow takes
/// @param closed options that are not open now, each with the reason
public record Outlook(
    Likelihood likelihood,
    double weight,
    double leadSeconds,
    double lossSeconds,
    Map<Option, Effort> efforts,
    Optional<Effort> returning,
    Effort staging,
    List<Closed> closed) {
  public Outlook {
    efforts = Map.copyOf(efforts);
    closed = List.copyOf(closed);
    positive("weight", weight);
    leadSeconds = seconds("leadSeconds", leadSeconds);
    lossSeconds = seconds("lossSeconds", lossSeconds);
  }

  /// An option that is not open, and why.
  public record Closed(Option option, String why) {}

  private static void positive(String name, double value) {
    if (!(value > 0 && value <= Effort.MAX_SECONDS)) {
      throw new IllegalArgumentException(name + " must be above 0: " + value);
    }
  }

  private static double seconds(String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(name + " must be 0 or more: " + value);
    }
    return Math.min(value, Effort.MAX_SECONDS);
  }
}
