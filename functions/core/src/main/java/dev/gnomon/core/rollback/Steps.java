package dev.gnomon.core.rollback;

import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.RestoreReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The records that a rollback's steps leave, one type a step.
public final class Steps {
  private Steps() {}

  /// A gate that a rollback passes once: whether it goes on, or gives up. Whichever run of it asks
  /// first decides for all. `fencing`: a member of a group, or what is automatic, before its fence.
  /// `releasing`: before the target serves. `freezing`: before the shadow is frozen for the return.
  public record Gate(boolean goesOn) {}

  /// `fence-applied`, `release-applied`, `return-applied`: whether a move of the route could be
  /// made true outside.
  ///
  /// @param wrong why not; empty if it could
  public record AppliedStep(Epoch epoch, Optional<String> wrong) {}

  /// `trouble/<step>/<n>`: a step failed; it is tried again for a while.
  ///
  /// @param since when it began to fail without working in between
  public record TroubleStep(String reason, Instant since, Instant at) {}

  /// `fenced`: the route moved and the old primary was fenced as far as it could be.
  ///
  /// @param target where the resource is served already, if a location held exactly the chosen
  ///   point
  /// @param unreachable whether the old primary could not be reached
  public record FenceStep(
      Epoch epoch,
      RouteState state,
      Optional<Location> target,
      Fenced fenced,
      boolean unreachable,
      String evidence) {}

  /// `undo` and `late-undo`: what stood on the old primary.
  ///
  /// @param point empty if there was nothing to keep, or nothing could be reached
  public record UndoStep(
      Optional<PointRef> ref, Optional<Point> point, boolean unreachable, String note) {}

  /// `strays`: what writers did to the old primary after its undo point, kept as a point of its
  /// own.
  public record StrayStep(Optional<PointRef> kept, Comparison comparison) {}

  /// `restored/<n>`: the n-th candidate was restored.
  public record RestoreStep(PointRef point, RestoreReport report) {}

  /// `verdicts/<n>`: what was found of the n-th candidate, once, by whichever run of the step was
  /// first. `return-verdict`: likewise, of the repaired primary.
  ///
  /// @param wrong why it can't be used; empty if it was restored and is right
  public record Verdict(Optional<String> wrong) {}

  /// `validated/<n>`.
  public record ValidateStep(PointRef point, List<String> checks) {
    public ValidateStep {
      checks = List.copyOf(checks);
    }
  }

  /// `rejected/<n>`: the n-th candidate can't be used.
  public record RejectStep(PointRef point, String reason) {}

  /// `released`, `refrozen`, `frozen`, `returned`, `stayed`, `rested`: a move of the route that was
  /// carried out.
  ///
  /// @param strays where something lies that writers had put at the fenced place
  public record MoveStep(Epoch epoch, Fenced fenced, Optional<String> strays) {}

  /// `return-waits`: the old primary is repaired, and was found not yet fit to return to.
  ///
  /// @param reason as it was then
  /// @param proof for how long it has to do well without a break, if it has to
  /// @param person whether only a person returns
  public record WaitStep(String reason, Instant since, Optional<Duration> proof, boolean person) {}

  /// `return-setbacks/<n>`: while it had to do well, the old primary did not.
  public record SetbackStep(String reason, Instant at) {}

  /// `return-ordered`: a person said that the return is not to wait.
  public record OrderStep(Instant at) {}

  /// `return-point`: what the shadow held when it was frozen for the return.
  public record ReturnStep(PointRef ref, Point point) {}

  /// `failed`: a run of the rollback gave up. It holds unless another run passed the next gate
  /// before; what follows brings the resource to rest.
  ///
  /// @param unapplied whether the new route could not be made true, so that the old primary has to
  ///   serve
  public record FailStep(String reason, boolean unapplied) {}

  /// `done`: the last record.
  ///
  /// @param left the location that was left behind fenced, if its content is known
  /// @param state what is true now, a sentence
  public record DoneStep(
      Terminal terminal,
      Epoch epochAfter,
      Optional<PointRef> point,
      Optional<PointRef> undo,
      Optional<Left> left,
      long filesRestored,
      long bytesRestored,
      String state,
      Instant time) {}

  /// How a rollback ended.
  public enum Terminal {
    SERVING,
    FAILED,
    OVERTAKEN
  }

  /// `jobs/<job>/parts` of a rollback's own work.
  public record PartsStep(List<Part> parts) {
    public PartsStep {
      parts = List.copyOf(parts);
    }
  }

  /// `jobs/<job>/done/<part>`.
  public record PartStep(int part, RestoreReport report) {}
}
