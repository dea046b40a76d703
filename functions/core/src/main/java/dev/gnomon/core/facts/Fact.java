package dev.gnomon.core.facts;

import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.shadow.IntervalSlot;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Serving.Served;
import java.util.List;
import java.util.Optional;

/// Something that is true now, or work that follows from it.
public sealed interface Fact {
  /// Object that proves the fact; the event's id is derived from it.
  ObjectName effect();

  /// A resource needs a shadow.
  ///
  /// @param effect the request that asks for it
  /// @param slot what an interval shadow is for; without it every cell of the resource is meant
  record ShadowWanted(
      ObjectName effect,
      ResourceName resource,
      PointKind kind,
      Optional<UpdateId> updateId,
      Optional<IntervalSlot> slot)
      implements Fact {
    public ShadowWanted(
        ObjectName effect, ResourceName resource, PointKind kind, Optional<UpdateId> updateId) {
      this(effect, resource, kind, updateId, Optional.empty());
    }
  }

  /// A part of a job waits for a worker.
  record ShadowPartWanted(
      ObjectName effect, String job, ResourceName resource, CellName cell, int part)
      implements Fact {}

  /// @param served what the plain objects that equal the point were left with
  record ShadowCreated(ObjectName effect, CellName cell, Point point, Optional<Served> served)
      implements Fact {}

  /// @param cell empty if no capture was begun
  record ShadowFailed(
      ObjectName effect,
      ResourceName resource,
      Optional<CellName> cell,
      PointKind kind,
      Optional<UpdateId> updateId,
      String reason)
      implements Fact {}

  /// Points that may be deleted now.
  record PointsExpired(
      ObjectName effect, ResourceName resource, CellName cell, List<PointId> points)
      implements Fact {}

  record UpdateReady(ObjectName effect, UpdateId updateId, List<PointRef> points) implements Fact {}

  record UpdateBlocked(
      ObjectName effect, UpdateId updateId, String reason, List<ResourceFailure> failures)
      implements Fact {}

  record ResourceFailure(ResourceName resource, String reason) {}

  record RollbackStarted(
      ObjectName effect,
      String rollback,
      ResourceName resource,
      RollbackMode mode,
      PointRef point,
      Epoch epochBefore,
      String cause)
      implements Fact {}

  /// A rollback has a further step to do.
  ///
  /// @param part number of a part of a restore; empty for the next step
  record RollbackGoesOn(
      ObjectName effect, String rollback, String correlation, String step, Optional<Integer> part)
      implements Fact {}

  /// @param fenced what is known of the fence around the old primary
  record RouteSwitched(ObjectName effect, Route route, Epoch before, Fenced fenced, String rollback)
      implements Fact {}

  record RollbackCompleted(
      ObjectName effect,
      String rollback,
      ResourceName resource,
      RollbackMode mode,
      Epoch epochBefore,
      Epoch epochAfter,
      PointRef point,
      Optional<PointRef> undo,
      long filesRestored,
      long bytesRestored)
      implements Fact {}

  /// @param state what is true now, a sentence
  record RollbackFailed(
      ObjectName effect,
      String rollback,
      ResourceName resource,
      Epoch epochBefore,
      String reason,
      String state)
      implements Fact {}
}
