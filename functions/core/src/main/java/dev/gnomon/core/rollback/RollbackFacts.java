package dev.gnomon.core.rollback;

import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.rollback.Steps.DoneStep;
import dev.gnomon.core.rollback.Steps.FailStep;
import dev.gnomon.core.rollback.Steps.FenceStep;
import dev.gnomon.core.rollback.Steps.MoveStep;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.shadow.PointRef;
import java.util.ArrayList;
import java.util.List;

/// What a rollback's records say to the world.
final class RollbackFacts {
  private final Run run;
  private final RollbackRecords at;
  private final Intent intent;

  RollbackFacts(Run run) {
    this.run = run;
    this.at = run.at();
    this.intent = run.intent();
  }

  /// Everything that this rollback has made true so far, read from its records.
  List<Fact> all() {
    List<Fact> facts = new ArrayList<>();
    facts.add(started());
    at.read("fenced", FenceStep.class)
        .ifPresent(step -> facts.add(switched("fenced", step.epoch())));
    for (String move : List.of("released", "frozen", "returned", "stayed", "rested")) {
      at.read(move, MoveStep.class).ifPresent(step -> facts.add(switched(move, step.epoch())));
    }
    at.done().ifPresent(done -> facts.add(terminalFact(done)));
    return facts;
  }

  private Fact switched(String step, Epoch epoch) {
    Route route = run.world().routes().at(intent.resource(), epoch).orElseThrow();
    return new Fact.RouteSwitched(
        at.name(step),
        route,
        new Epoch(epoch.value() - 1),
        at.read("fenced", FenceStep.class).map(FenceStep::fenced).orElse(route.fenced()),
        intent.correlation());
  }

  private Fact started() {
    return new Fact.RollbackStarted(
        at.name("intent"),
        intent.rollback(),
        intent.resource(),
        intent.mode(),
        intent.candidates().getFirst().point(),
        intent.epochBefore(),
        intent.why());
  }

  private Fact terminalFact(DoneStep done) {
    PointRef point = done.point().orElse(intent.candidates().getFirst().point());
    return switch (done.terminal()) {
      case SERVING ->
          new Fact.RollbackCompleted(
              at.name("done"),
              intent.rollback(),
              intent.resource(),
              intent.mode(),
              intent.epochBefore(),
              done.epochAfter(),
              point,
              done.undo(),
              done.filesRestored(),
              done.bytesRestored());
      case FAILED, OVERTAKEN ->
          new Fact.RollbackFailed(
              at.name("done"),
              intent.rollback(),
              intent.resource(),
              intent.epochBefore(),
              at.read("failed", FailStep.class)
                  .map(FailStep::reason)
                  .orElse("another change of the route came first"),
              done.state());
    };
  }
}
