package dev.gnomon.core.merit;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// What is remembered of a resource's locations from one look to the next. Losing it is as if
/// nothing had ever been looked at, which is a reason for nothing.
///
/// @param serving cell that it was served from
/// @param trusts by cell; one that is missing is whole
/// @param leads since when each candidate has been ahead by the gap without a break
/// @param at when it was looked at last
public record Tracked(
    ResourceName resource,
    CellName serving,
    Map<CellName, Trust> trusts,
    Map<CellName, Instant> leads,
    Instant at) {
  /// More cells than any catalogue has.
  public static final int MAX_CELLS = 100;

  public Tracked {
    trusts = Map.copyOf(trusts);
    leads = Map.copyOf(leads);
    if (trusts.size() > MAX_CELLS || leads.size() > MAX_CELLS) {
      throw new IllegalArgumentException(
          "at most %d cells of %s are tracked, found %d"
              .formatted(MAX_CELLS, resource, Math.max(trusts.size(), leads.size())));
    }
  }

  Trust trust(CellName cell, Instant now) {
    return Optional.ofNullable(trusts.get(cell)).orElseGet(() -> Trust.whole(now));
  }
}
