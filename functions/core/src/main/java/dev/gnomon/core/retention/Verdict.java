package dev.gnomon.core.retention;

import dev.gnomon.core.ids.PointId;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What was decided about one point.
///
/// @param marks how many marks the point had when this was decided: if it has others by now,
///   somebody must decide again
/// @param reasons all that keep it; none: it may go
public record Verdict(PointId point, long marks, List<Reason> reasons) {
  public Verdict {
    reasons = List.copyOf(reasons);
  }

  public boolean stays() {
    return !reasons.isEmpty();
  }

  public Verdict and(Reason reason) {
    return new Verdict(point, marks, Stream.concat(reasons.stream(), Stream.of(reason)).toList());
  }

  /// The reasons in one line.
  public String why() {
    return reasons.stream().map(Reason::toString).collect(Collectors.joining(", "));
  }
}
