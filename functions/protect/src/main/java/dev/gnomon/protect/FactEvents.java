package dev.gnomon.protect;

import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Serving.Served;
import dev.gnomon.events.Mode;
import dev.gnomon.events.Outgoing;
import dev.gnomon.events.PointRef;
import dev.gnomon.events.RollbackCompleted;
import dev.gnomon.events.RollbackFailed;
import dev.gnomon.events.RollbackPartRequested;
import dev.gnomon.events.RollbackStarted;
import dev.gnomon.events.RouteSwitched;
import dev.gnomon.events.ShadowCreated;
import dev.gnomon.events.ShadowExpired;
import dev.gnomon.events.ShadowFailed;
import dev.gnomon.events.ShadowKind;
import dev.gnomon.events.ShadowPartRequested;
import dev.gnomon.events.ShadowRequested;
import dev.gnomon.events.UpdateBlocked;
import dev.gnomon.events.UpdateReady;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/// Says facts as events.
final class FactEvents {
  private FactEvents() {}

  static List<Outgoing> of(List<Fact> facts) {
    return facts.stream().map(FactEvents::of).toList();
  }

  static Outgoing of(Fact fact) {
    return switch (fact) {
      case Fact.ShadowWanted wanted ->
          Outgoing.of(
              wanted.effect(),
              new ShadowRequested(
                  wanted.resource().value(),
                  kind(wanted.kind()),
                  wanted.updateId().map(UpdateId::value),
                  wanted.slot().map(Object::toString)));
      case Fact.ShadowPartWanted part ->
          Outgoing.of(
              part.effect(),
              new ShadowPartRequested(
                  part.job(), part.resource().value(), part.cell().value(), part.part()));
      case Fact.ShadowCreated created -> Outgoing.of(created.effect(), created(created));
      case Fact.ShadowFailed failed ->
          Outgoing.of(
              failed.effect(),
              new ShadowFailed(
                  failed.resource().value(),
                  failed.cell().map(Object::toString),
                  kind(failed.kind()),
                  failed.updateId().map(UpdateId::value),
                  failed.reason()));
      case Fact.PointsExpired expired ->
          Outgoing.of(
              expired.effect(),
              new ShadowExpired(
                  expired.resource().value(),
                  expired.cell().value(),
                  expired.points().stream().map(Object::toString).toList()));
      case Fact.UpdateReady ready ->
          Outgoing.of(
              ready.effect(),
              new UpdateReady(
                  ready.updateId().value(),
                  ready.points().stream().map(FactEvents::point).toList()));
      case Fact.UpdateBlocked blocked ->
          Outgoing.of(
              blocked.effect(),
              new UpdateBlocked(
                  blocked.updateId().value(),
                  blocked.reason(),
                  blocked.failures().stream()
                      .map(one -> new UpdateBlocked.Failure(one.resource().value(), one.reason()))
                      .toList()));
      case Fact.RollbackStarted started ->
          Outgoing.of(
              started.effect(),
              new RollbackStarted(
                  started.rollback(),
                  started.resource().value(),
                  mode(started.mode()),
                  started.point().point().toString(),
                  started.epochBefore().value(),
                  started.cause()));
      case Fact.RollbackGoesOn goesOn ->
          Outgoing.of(
                  goesOn.effect(),
                  new RollbackPartRequested(
                      goesOn.rollback(),
                      RollbackPartRequested.Step.valueOf(goesOn.step().toUpperCase(Locale.ROOT)),
                      goesOn.part().map(OptionalInt::of).orElse(OptionalInt.empty())))
              .within(goesOn.correlation());
      case Fact.RouteSwitched switched -> switched(switched);
      case Fact.RollbackCompleted completed ->
          Outgoing.of(
              completed.effect(),
              new RollbackCompleted(
                  completed.rollback(),
                  completed.resource().value(),
                  mode(completed.mode()),
                  completed.epochBefore().value(),
                  completed.epochAfter().value(),
                  completed.point().point().toString(),
                  completed.undo().map(undo -> undo.point().toString()),
                  completed.filesRestored(),
                  completed.bytesRestored()));
      case Fact.RollbackFailed failed ->
          Outgoing.of(
              failed.effect(),
              new RollbackFailed(
                  failed.rollback(),
                  failed.resource().value(),
                  failed.epochBefore().value(),
                  failed.reason(),
                  failed.state()));
    };
  }

  private static ShadowCreated created(Fact.ShadowCreated created) {
    Point point = created.point();
    return new ShadowCreated(
        point.id().resource().value(),
        created.cell().value(),
        point.id().toString(),
        kind(point.kind()),
        point.updateId().map(UpdateId::value),
        point.time(),
        point.files(),
        point.bytes(),
        point.storedBytes(),
        point.content().value(),
        point.consistent(),
        (int) Math.min(point.notKeptCount(), Integer.MAX_VALUE),
        created.served().filter(served -> served.notServed() > 0).map(FactEvents::notServed));
  }

  private static ShadowCreated.NotServed notServed(Served served) {
    return new ShadowCreated.NotServed(
        served.notServed(),
        served.examples().stream()
            .limit(ShadowCreated.NotServed.MAX_EXAMPLES)
            .map(example -> new ShadowCreated.Path(example.path(), example.reason()))
            .toList());
  }

  private static Outgoing switched(Fact.RouteSwitched switched) {
    var route = switched.route();
    return Outgoing.of(
            switched.effect(),
            new RouteSwitched(
                route.resource().value(),
                switched.before().value(),
                route.epoch().value(),
                RouteSwitched.State.valueOf(route.state().name()),
                new RouteSwitched.Place(route.primary().cell().value(), route.primary().path()),
                RouteSwitched.Fenced.valueOf(switched.fenced().name()),
                route.cause()))
        .within(switched.rollback());
  }

  private static ShadowKind kind(PointKind kind) {
    return switch (kind) {
      case UPDATE -> ShadowKind.UPDATE;
      case INTERVAL -> ShadowKind.INTERVAL;
      case MIGRATION -> ShadowKind.MIGRATION;
      case PREDICTED -> ShadowKind.PREDICTED;
      case COMMAND, UNDO, RETURN, MOMENT -> ShadowKind.COMMAND;
    };
  }

  static Mode mode(RollbackMode mode) {
    return switch (mode) {
      case SWITCH -> Mode.SWITCH;
      case RESTORE -> Mode.RESTORE;
      case SWITCH_AND_RESTORE -> Mode.SWITCH_AND_RESTORE;
    };
  }

  private static PointRef point(dev.gnomon.core.shadow.PointRef ref) {
    return new PointRef(ref.point().resource().value(), ref.cell().value(), ref.point().toString());
  }
}
