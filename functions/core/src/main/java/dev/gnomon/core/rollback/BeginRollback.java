package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.Steps.DoneStep;
import dev.gnomon.core.rollback.Steps.RejectStep;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import java.util.List;
import java.util.Map;
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
  ///
  /// @param target cell that it is switched to, if one was chosen
  record Draft(
      Resource resource,
      Route route,
      RollbackMode mode,
      List<Candidate> candidates,
      String why,
      Optional<String> undoes,
      Optional<CellName> target) {}

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

  /// How often a request looks again after another one began and ended in between.
  private static final int MAX_ROUNDS = 8;

  /// @param from epochs that it may begin from, of resources that were looked at before; of others,
  ///   any
  /// @throws RouteMovedException if it would begin from another one
  Begun begin(RollbackRequest request, Map<ResourceName, Epoch> from) {
    Optional<String> before = request.request().flatMap(this::begunBy);
    if (before.isPresent()) {
      return new Begun.Accepted(before.get());
    }
    for (int round = 1; round <= MAX_ROUNDS; round++) {
      Optional<Begun> begun =
          switch (draft(request)) {
            case Drafted.Refused refused -> Optional.of(new Begun.Refused(refused.reason()));
            case Drafted.Runs runs -> Optional.of(joinOrRefuse(runs, request));
            case Drafted.Fresh fresh -> fresh(request, fresh, from);
          };
      if (begun.isPresent()) {
        return begun.get();
      }
    }
    throw new Unavailable("other rollbacks came first each time; ask again");
  }

  private Optional<Begun> fresh(
      RollbackRequest request, Drafted.Fresh fresh, Map<ResourceName, Epoch> from) {
    for (Draft draft : fresh.drafts()) {
      Epoch now = draft.route().epoch();
      Epoch expected = from.getOrDefault(draft.resource().name(), now);
      if (!expected.equals(now)) {
        throw new RouteMovedException(
            "%s was looked at in epoch %s, it is at %s since (%s)"
                .formatted(draft.resource().name(), expected, now, draft.route().cause()));
      }
    }
    return fresh.group().isPresent()
        ? Optional.of(group(request, fresh.group().get(), fresh.drafts()))
        : one(request, fresh.drafts().getFirst());
  }

  /// What an event began that is delivered again: its answer may have been lost, whether the
  /// rollback has ended since or not.
  Optional<String> begunBy(String event) {
    for (BegunStep begun : began(event).all()) {
      String id = begun.rollback();
      boolean mine =
          RollbackRecords.of(world.records(), id)
              .flatMap(RollbackRecords::intent)
              .flatMap(Intent::request)
              .or(() ->
                  GroupLog.of(world.records(), id)
                      .flatMap(log -> log.get(id))
                      .flatMap(Group::request))
              .filter(event::equals)
              .isPresent();
      if (mine) {
        return Optional.of(id);
      }
    }
    return Optional.empty();
  }

  /// `requests/<key>/rollbacks/<n>`, written before the intent of the rollback it names.
  record BegunStep(String rollback) {}

  private RecordLog<BegunStep> began(String event) {
    return new RecordLog<>(
        world.records(), "requests/" + Answers.key(event) + "/rollbacks", BegunStep.class);
  }

  private void beginning(RollbackRequest request, String rollback) {
    if (request.request().isEmpty()) {
      return;
    }
    RecordLog<BegunStep> log = began(request.request().get());
    List<BegunStep> all = log.all();
    long number = all.size() + 1L;
    while (!all.contains(new BegunStep(rollback))
        && !log.append(number, new BegunStep(rollback)).record().rollback().equals(rollback)) {
      number++;
    }
  }

  private Begun joinOrRefuse(Drafted.Runs runs, RollbackRequest request) {
    if (!runs.requestHash().equals(request.hash())) {
      return new Begun.Refused(
          "rollback %s is running and was asked for with other words".formatted(runs.rollback()));
    }
    if (!runs.done()) {
      // Whoever began it may have been killed; from now on a sweep is sure to find it.
      boolean single =
          RollbackRecords.of(world.records(), runs.rollback())
              .flatMap(RollbackRecords::intent)
              .isPresent();
      world
          .openWork()
          .opened(single ? OpenWork.Kind.ROLLBACKS : OpenWork.Kind.GROUPS, runs.rollback());
    }
    return new Begun.Joined(runs.rollback(), runs.done());
  }

  /// @return empty if another rollback began and ended since the draft was made
  private Optional<Begun> one(RollbackRequest request, Draft draft) {
    Intent intent =
        intent(
            draft,
            request.hash(),
            request.by(),
            request.allowDeletes(),
            Optional.empty(),
            request.request(),
            request.blame());
    world.openWork().opened(OpenWork.Kind.ROLLBACKS, intent.rollback());
    beginning(request, intent.rollback());
    return switch (write(intent)) {
      case Outcome.Created<Intent> ignored -> Optional.of(new Begun.Accepted(intent.rollback()));
      case Outcome.Exists<Intent> exists -> {
        if (request.request().isPresent() && exists.record().request().equals(request.request())) {
          yield Optional.of(new Begun.Accepted(intent.rollback()));
        }
        Drafted.Runs runs = drafts.running(exists.record());
        yield runs.done() ? Optional.empty() : Optional.of(joinOrRefuse(runs, request));
      }
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
                        draft.undoes(),
                        draft.target()))
                .toList(),
            request.by(),
            request.allowDeletes(),
            request.reason(),
            request.request(),
            world.records().time());
    world.openWork().opened(OpenWork.Kind.GROUPS, group.id());
    beginning(request, group.id());
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
      Draft draft,
      String requestHash,
      By by,
      boolean allowDeletes,
      Optional<String> group,
      Optional<String> request,
      Optional<Blame> blame) {
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
        left(draft),
        allowDeletes || draft.undoes().isPresent(),
        group,
        draft.undoes(),
        request,
        draft.target(),
        blame,
        world.records().time());
  }

  /// What an earlier rollback left behind, if the draft may go there: with a target only what lies
  /// in that cell; home always may.
  Optional<Left> left(Draft draft) {
    Optional<Left> left = left(draft.resource(), draft.route());
    Optional<CellName> target = draft.target();
    if (target.isEmpty()
        || left.filter(one -> one.location().cell().equals(target.get())).isPresent()) {
      return left;
    }
    Location home = Location.home(draft.resource());
    boolean goesHome =
        target.get().equals(home.cell())
            && world.replicas().of(draft.resource(), target).isEmpty()
            && !draft.route().primary().equals(home)
            && world.fence().content(draft.resource(), home).isPresent();
    return goesHome
        ? Optional.of(new Left(home, Fenced.ADVISORY, Optional.empty()))
        : Optional.empty();
  }

  /// What the rollback that made the current route left behind its fence. A resource that is served
  /// from a shadow left its own location, even if the rollback that did so failed afterwards.
  private Optional<Left> left(Resource resource, Route route) {
    Location home = Location.home(resource);
    return RollbackRecords.causing(world.records(), resource.name(), route.cause())
        .flatMap(RollbackRecords::done)
        .flatMap(DoneStep::left)
        .or(() -> Optional.of(new Left(home, Fenced.ADVISORY, Optional.empty())))
        .filter(left -> !left.location().equals(route.primary()))
        .filter(left -> world.fence().content(resource, left.location()).isPresent());
  }
}
