package dev.gnomon.core.shadow;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.places.Place;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One capture of one resource into one cell: what was planned. Stored as `jobs/<job>/parts`.
///
/// @param batch name of the request this job belongs to; every cell of the resource has a job of
///   the batch
/// @param request id of the event that asked, for its answer
/// @param source the place that is read
/// @param slot the slot that an interval shadow is for
/// @param epoch route at planning time; a capture counts only if it is still the current one at the
///   end
public record ShadowJob(
    String job,
    String batch,
    String request,
    ResourceName resource,
    CellName cell,
    Place source,
    Epoch epoch,
    PointKind kind,
    Optional<UpdateId> updateId,
    Optional<IntervalSlot> slot,
    List<Part> parts,
    Instant time) {
  public ShadowJob {
    parts = List.copyOf(parts);
  }

  /// How a job ended, stored as `jobs/<job>/result`.
  ///
  /// @param point the point that was taken
  /// @param refused why whoever asked must not rely on it, if so. With a point: it is good, but
  ///   what had to follow it failed
  public record Result(Optional<PointRef> point, Optional<String> refused) {}

  /// Marker that a part is done, stored as `jobs/<job>/done/<part>`.
  public record PartDone(int part) {}
}
