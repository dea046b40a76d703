package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.rollback.Moves.Move;
import dev.gnomon.core.rollback.Run.Progressed;
import dev.gnomon.core.rollback.Steps.AppliedStep;
import dev.gnomon.core.rollback.Steps.DoneStep;
import dev.gnomon.core.rollback.Steps.FailStep;
import dev.gnomon.core.rollback.Steps.FenceStep;
import dev.gnomon.core.rollback.Steps.MoveStep;
import dev.gnomon.core.rollback.Steps.RestoreStep;
import dev.gnomon.core.rollback.Steps.ReturnStep;
import dev.gnomon.core.rollback.Steps.StrayStep;
import dev.gnomon.core.rollback.Steps.Terminal;
import dev.gnomon.core.rollback.Steps.UndoStep;
import dev.gnomon.core.rollback.Suspicions.Suspicion;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.IncompleteRestoreException;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.RestoreReport;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// How a rollback ends: done, overtaken by somebody else's route, or failed and brought to rest, so
/// that something serves and nothing that was written is lost.
final class EndRollback {
  private final Run run;
  private final Surroundings world;
  private final RollbackRecords at;
  private final Intent intent;
  private final Resource resource;
  private final Routing routing;
  private final Suspicions suspicions;
  private final SourceFence source;
  private final KeepContent keep;
  private final RestoreContent restore;

  EndRollback(
      Run run,
      Routing routing,
      Suspicions suspicions,
      SourceFence source,
      KeepContent keep,
      RestoreContent restore) {
    this.run = run;
    this.world = run.world();
    this.at = run.at();
    this.intent = run.intent();
    this.resource = run.resource();
    this.routing = routing;
    this.suspicions = suspicions;
    this.source = source;
    this.keep = keep;
    this.restore = restore;
  }

  Progressed fail(String reason) {
    at.write("failed", new FailStep(reason, false));
    run.reached("fail");
    return Progressed.FURTHER;
  }

  /// Whether a failure holds: one that was found while another run of this rollback passed the next
  /// gate does not.
  boolean givesUp() {
    if (unapplied().isPresent()) {
      return true;
    }
    if (!at.has("released")) {
      return !run.decide("releasing", false);
    }
    return intent.mode() == RollbackMode.SWITCH_AND_RESTORE
        && (at.has("stayed") || !run.decide("freezing", false));
  }

  /// Why the old primary has to serve: a route could not be made true.
  Optional<String> unapplied() {
    return run.notApplied("fence-applied").or(() -> run.notApplied("release-applied"));
  }

  /// Brings a failed rollback to rest. Whatever serves from a shadow goes on doing so; otherwise
  /// the old primary serves again as it was when it was fenced.
  Progressed rest(FenceStep fenced, FailStep first, Optional<Integer> part) {
    Optional<UndoStep> undo = at.read("undo", UndoStep.class);
    Optional<String> unapplied = unapplied();
    String reason = unapplied.orElse(first.reason());
    if (unapplied.isEmpty() && (fenced.target().isPresent() || at.has("released"))) {
      return serves(reason, undo);
    }
    if (undo.isEmpty() && unapplied.isEmpty()) {
      return keep.undo(fenced, part);
    }
    String note = "";
    Optional<PointRef> before = undo.flatMap(UndoStep::ref);
    if (before.isPresent() && touched()) {
      Optional<AppliedStep> released = at.read("release-applied", AppliedStep.class);
      if (released.isPresent() && !at.has("refrozen")) {
        return refreeze();
      }
      try {
        unrestore(fenced, before.get());
      } catch (DamagedPointException e) {
        return mixture(reason, Run.reason(e), undo);
      } catch (IncompleteRestoreException e) {
        note = "; " + Run.reason(e);
      }
    }
    Optional<Location> abandoned = abandoned(fenced);
    abandoned.ifPresent(
        location -> world.fence().fence(resource, location, run.newestMove().next()));
    Optional<String> strays =
        fenced.unreachable()
            ? Optional.empty()
            : routing.lift(intent.source(), run.newestMove().next());
    Move move = routing.move("rest", RouteState.SERVING, intent.source(), Fenced.NONE);
    if (move instanceof Move.Overtaken overtaken) {
      return overtaken(overtaken.current());
    }
    Route route = ((Move.Made) move).route();
    String wrong = routing.applied(route).map(why -> "; " + why).orElse("");
    at.write("rested", new MoveStep(route.epoch(), Fenced.NONE, strays));
    String kept = abandoned.map(this::keepAbandoned).orElse("");
    return end(
        Terminal.FAILED,
        route.epoch(),
        Optional.empty(),
        undo,
        "%s; %s serves as before at epoch %s%s%s%s"
            .formatted(reason, intent.source(), route.epoch(), note, wrong, kept));
  }

  /// The shadow that a route named as serving until it was taken back, because it could not be made
  /// true everywhere: some writers may have followed it.
  private Optional<Location> abandoned(FenceStep fenced) {
    return Stream.of("fence-applied", "release-applied")
        .flatMap(record -> at.read(record, AppliedStep.class).stream())
        .filter(applied -> applied.wrong().isPresent())
        .flatMap(applied -> world.routes().at(resource.name(), applied.epoch()).stream())
        .filter(route -> route.state() == RouteState.SERVING)
        .map(Route::primary)
        .filter(location -> !location.equals(intent.source()))
        .findFirst();
  }

  /// @return a clause for the last sentence
  private String keepAbandoned(Location location) {
    Optional<Place> content = world.fence().content(resource, location);
    if (content.isEmpty()) {
      return "; %s can't be reached, what was written there is not kept".formatted(location);
    }
    int index = Math.min(at.rejected().size(), intent.candidates().size() - 1);
    StrayStep step =
        at.read("abandoned", StrayStep.class)
            .orElseGet(() ->
                at.write(
                    "abandoned",
                    keep.strays(
                        intent.candidates().get(index).point(),
                        content.get(),
                        "abandoned-" + intent.rollback())));
    return step.kept()
        .map(point -> "; what was written to %s meanwhile is kept as %s".formatted(location, point))
        .orElse("");
  }

  private Progressed serves(String reason, Optional<UndoStep> undo) {
    Route now = run.route();
    int index = Math.min(at.rejected().size(), intent.candidates().size() - 1);
    return end(
        Terminal.FAILED,
        now.epoch(),
        Optional.of(intent.candidates().get(index)),
        undo,
        "%s; it is served from %s at epoch %s, the old primary %s stays fenced"
            .formatted(reason, now.primary(), now.epoch(), intent.source()));
  }

  private Progressed mixture(String reason, String why, Optional<UndoStep> undo) {
    Epoch frozen = run.newestMove();
    return end(
        Terminal.FAILED,
        frozen,
        Optional.empty(),
        undo,
        "%s; %s could not be brought back either (%s): it holds a mixture and stays fenced at epoch %s until it is rolled back to another point"
            .formatted(reason, intent.source(), why, frozen));
  }

  /// A released primary whose route could not be applied is taken out of service again, before
  /// anything is written to it.
  private Progressed refreeze() {
    Move move = routing.move("refreeze", RouteState.FROZEN, intent.source(), Fenced.ADVISORY);
    if (move instanceof Move.Overtaken overtaken) {
      return overtaken(overtaken.current());
    }
    Epoch epoch = ((Move.Made) move).route().epoch();
    Fenced fenced = source.required(epoch);
    at.write("refrozen", new MoveStep(epoch, fenced, Optional.empty()));
    return Progressed.FURTHER;
  }

  /// Makes the primary equal to its undo point again. What was written to it while it was released
  /// is kept before.
  private void unrestore(FenceStep fenced, PointRef before) {
    if (at.has("unrestored")) {
      return;
    }
    Optional<MoveStep> refrozen = at.read("refrozen", MoveStep.class);
    Epoch epoch = refrozen.map(MoveStep::epoch).orElse(fenced.epoch());
    RestoreReport report =
        run.held(
            intent.source(),
            epoch,
            content -> {
              if (refrozen.isPresent() && !at.has("release-strays")) {
                PointRef restored = intent.candidates().get(at.rejected().size()).point();
                at.write(
                    "release-strays",
                    keep.strays(restored, content, "release-strays-" + intent.rollback()));
              }
              return restore.whole(before, content);
            });
    at.write("unrestored", new RestoreStep(before, report));
  }

  /// Whether a restore in place may have changed the primary.
  private boolean touched() {
    return run.inPlace()
        && IntStream.range(0, intent.candidates().size())
            .anyMatch(index -> run.begun("restored/" + index));
  }

  Progressed finish(UndoStep undo, Candidate candidate) {
    Route now = run.route();
    intent
        .undoes()
        .ifPresent(undone ->
            suspicions.add(
                resource.name(), new Suspicion(undone, candidate.time(), candidate.time(), true)));
    return end(
        Terminal.SERVING,
        now.epoch(),
        Optional.of(candidate),
        Optional.of(undo),
        "%s serves %s from %s at epoch %s"
            .formatted(resource.name(), candidate.point(), now.primary(), now.epoch()));
  }

  Progressed overtaken(Route current) {
    return end(
        Terminal.OVERTAKEN,
        current.epoch(),
        Optional.empty(),
        at.read("undo", UndoStep.class),
        "epoch %s of %s was made by %s"
            .formatted(current.epoch(), resource.name(), current.cause()));
  }

  Progressed end(
      Terminal terminal,
      Epoch epochAfter,
      Optional<Candidate> candidate,
      Optional<UndoStep> undo,
      String state) {
    RestoreReport total = RestoreReport.NOTHING;
    int index = at.rejected().size();
    for (String record : List.of("restored/" + index, "repaired", "return-restored")) {
      total =
          total.plus(
              at.read(record, RestoreStep.class)
                  .map(RestoreStep::report)
                  .orElse(RestoreReport.NOTHING));
    }
    if (undo.map(UndoStep::unreachable).orElse(false)
        && terminal == Terminal.SERVING
        && intent.mode() == RollbackMode.SWITCH) {
      world.openWork().opened(OpenWork.Kind.FENCES, intent.rollback());
    }
    at.write(
        "done",
        new DoneStep(
            terminal,
            epochAfter,
            candidate.map(Candidate::point),
            undo.flatMap(UndoStep::ref),
            left(terminal, undo),
            total.filesWritten(),
            total.bytesWritten(),
            state,
            world.records().time()));
    run.reached("done");
    return Progressed.OVER;
  }

  /// What is left behind a fence with known content: the shadow after a return, the old primary
  /// after a switch, else what an earlier rollback had left.
  private Optional<Left> left(Terminal terminal, Optional<UndoStep> undo) {
    if (terminal != Terminal.SERVING) {
      return Optional.empty();
    }
    Optional<MoveStep> frozen = at.read("frozen", MoveStep.class);
    Optional<ReturnStep> back = at.read("return-point", ReturnStep.class);
    if (frozen.isPresent() && back.isPresent()) {
      Location shadow =
          world.routes().at(resource.name(), frozen.get().epoch()).orElseThrow().primary();
      return Optional.of(
          new Left(shadow, frozen.get().fenced(), Optional.of(back.get().point().content())));
    }
    if (intent.mode() == RollbackMode.SWITCH) {
      Optional<ContentHash> content = undo.flatMap(UndoStep::point).map(Point::content);
      Fenced fenced =
          at.read("fenced", FenceStep.class).map(FenceStep::fenced).orElse(Fenced.ADVISORY);
      return content.map(hash -> new Left(intent.source(), fenced, Optional.of(hash)));
    }
    return intent.left();
  }

  /// Ends a rollback that could not come to rest.
  Progressed stuck(String reason) {
    Route route = run.route();
    return end(
        Terminal.FAILED,
        route.epoch(),
        Optional.empty(),
        at.read("undo", UndoStep.class),
        "%s; then %s: epoch %s stands, %s may hold a mixture and stays fenced until it is rolled back"
            .formatted(
                at.read("failed", FailStep.class).map(FailStep::reason).orElse("the return failed"),
                reason,
                route.epoch(),
                intent.source()));
  }
}
