package dev.gnomon.core.automation;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import java.time.Instant;
import java.util.List;

/// A resource is served from a place that another one has outranked by merit for long enough.
///
/// @param from cell that serves it
/// @param to cell whose copy ranks higher
/// @param fromMerit of the cell that serves, in [0,1]
/// @param toMerit of the better one, in [0,1]
/// @param since when the gap began
/// @param evidence sentences for people: what makes up both merits
/// @param episode identity of this look at the gap: the same one finds its decision
public record Outranked(
    ResourceName resource,
    CellName from,
    CellName to,
    double fromMerit,
    double toMerit,
    Instant since,
    List<String> evidence,
    String episode) {
  public Outranked {
    evidence = List.copyOf(evidence);
    if (!(fromMerit >= 0 && fromMerit < toMerit && toMerit <= 1)) {
      throw new IllegalArgumentException(
          "merit %s of %s does not outrank merit %s of %s for %s"
              .formatted(toMerit, to, fromMerit, from, resource));
    }
  }
}
