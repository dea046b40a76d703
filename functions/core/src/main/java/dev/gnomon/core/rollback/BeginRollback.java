package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.rollback.Steps.DoneStep;
import dev.gnomon.core.rollback.Steps.RejectStep;
import dev.gnomon.core.routes.Route;
import java.util.List;
import java.util.Optional;

/// Turns a request into the intent of one rollback, or into a group. Nothing is changed outside the
/// control store; of racing requests for one resource one begins, the others join it or are
/// refused.
final class BeginRollback {
  private final Surroundings world;
  private final ChoosePoint choosePoint;
  private final DraftRollback drafts;

  BeginRollback(Surroundings world, ChoosePoint choosePoint) {
    this.world = world;
    this.choosePoint = choosePoint;
    this.drafts = new DraftRollback(world, choosePoint);
  }

  /// One resource's share of a rollback that has not begun.
  record Draft(
      Resource resource,
      Route route,
      RollbackMode mode,
      List<Candidate> candidates,
      String why,
      Optional<String> undoes) {}

  /// What a request amounts to.
  sealed interface Drafted {
    /// @param group the log that numbers it, if it is a group
    record Fresh(List<Draft> drafts, Optional<GroupLog> group) implements Drafted {}

    /// A rollback is running, or the same one was done and nothing changed since.
    record Runs(String rollback, String requestHash, boolean done) implements Drafted {}

    record Refused(String reason) implements Drafted {}
  }

  Drafted draft(RollbackRequest request) {
    return drafts.of(request);
  }

  Begun begin(RollbackRequest request) {
    return switch (draft(request)) {
      case Drafted.Refused refused -> new Begun.Refused(refused.reason());
      case Drafted.Runs runs -> joinOrRefuse(runs, request);
      case Drafted.Fresh fresh when fresh.group().isPresent() ->
          group(request, fresh.group().get(), fresh.drafts());
      case Drafted.Fresh fresh -> one(request, fresh.drafts().getFirst());
    };
  }

  private static Begun joinOrRefuse(Drafted.Runs runs, RollbackRequest request) {
    return runs.requestHash().equals(request.hash())
        ? new Begun.Joined(runs.rollback(), runs.done())
        : new Begun.Refused(
            "rollback %s is running and was asked for with other words".formatted(runs.rollback()));
  }

  private Begun one(RollbackRequest request, Draft draft) {
    Intent intent =
        intent(draft, request.hash(), request.by(), request.allowDeletes(), Optional.empty());
    world.openWork().opened(OpenWork.Kind.ROLLBACKS, intent.rollback());
    return switch (write(intent)) {
      case Outcome.Created<Intent> ignored -> new Begun.Accepted(intent.rollback());
      case Outcome.Exists<Intent> exists -> joinOrRefuse(drafts.running(exists.record()), request);
    };
  }

  private Begun group(RollbackRequest request, GroupLog log, List<Draft> drafts) {
    long number = log.last().map(Numbered::number).orElse(0L) + 1;
    Group group =
        new Group(
            log.id(number),
            request.hash(),
            drafts.stream()
                .map(draft ->
                    new Group.Member(
                        draft.resource().name(),
                        draft.route().epoch(),
                        draft.mode(),
                        draft.candidates(),
                        draft.why(),
                        draft.undoes()))
                .toList(),
            request.by(),
            request.allowDeletes(),
            request.reason(),
            world.records().time());
    world.openWork().opened(OpenWork.Kind.GROUPS, group.id());
    Outcome<Group> outcome = log.append(number, group);
    world.checkpoint().reached("group");
    return switch (outcome) {
      case Outcome.Created<Group> ignored -> new Begun.Accepted(group.id());
      case Outcome.Exists<Group> exists ->
          joinOrRefuse(
              new Drafted.Runs(exists.record().id(), exists.record().requestHash(), false),
              request);
    };
  }

  /// Writes an intent; candidates that expiry announced to delete meanwhile are rejected at once.
  Outcome<Intent> write(Intent intent) {
    RollbackRecords at =
        new RollbackRecords(world.records(), intent.resource(), intent.epochBefore());
    Outcome<Intent> outcome = world.records().create(at.name("intent"), intent);
    if (outcome instanceof Outcome.Created) {
      int index = 0;
      for (Candidate candidate : intent.candidates()) {
        if (!choosePoint.expiring(candidate.point())) {
          break;
        }
        at.write(
            "rejected/" + index++,
            new RejectStep(candidate.point(), candidate.point() + " expired meanwhile"));
      }
    }
    world.checkpoint().reached("intent");
    return outcome;
  }

  /// @param allowDeletes an undo may always delete: it goes back to a state that was there before
  Intent intent(
      Draft draft, String requestHash, By by, boolean allowDeletes, Optional<String> group) {
    Route route = draft.route();
    return new Intent(
        RollbackRecords.id(draft.resource().name(), route.epoch()),
        draft.resource().name(),
        route.epoch(),
        requestHash,
        draft.mode(),
        by,
        draft.why(),
        draft.candidates(),
        route.primary(),
        left(draft.resource(), route),
        allowDeletes || draft.undoes().isPresent(),
        group,
        draft.undoes(),
        world.records().time());
  }

  /// What the rollback that made the current route left behind its fence.
  private Optional<Left> left(Resource resource, Route route) {
    return RollbackRecords.causing(world.records(), resource.name(), route.cause())
        .flatMap(RollbackRecords::done)
        .flatMap(DoneStep::left)
        .filter(left -> !left.location().equals(route.primary()))
        .filter(left -> world.fence().content(resource, left.location()).isPresent());
  }
}
