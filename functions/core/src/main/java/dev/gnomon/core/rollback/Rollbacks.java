package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.KeyedLocks;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.facts.Ledger;
import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.Run.Progressed;
import dev.gnomon.core.rollback.RunRollback.Phase;
import dev.gnomon.core.rollback.Steps.FailStep;
import dev.gnomon.core.rollback.Steps.RejectStep;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.shadow.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Begins rollbacks and carries them on, step by step, alone or as a group.
///
/// Every call may be repeated, also at the same time in several processes: what a step did is found
/// by name. A call works for a bounded time and then hands the rest over as an event.
public final class Rollbacks {
  /// How often long work looks whether all was paused: a pause stops it within a second.
  private static final Duration LOOK_EVERY = Duration.ofMillis(300);

  private final Surroundings world;
  private final BeginRollback begin;
  private final Ledger ledger;
  private final Duration budget;
  private final Halts halts;
  private final KeyedLocks locks = new KeyedLocks();

  /// What keeps automatic rollbacks from going on; asked before each step that one can do without
  /// to come to rest.
  public interface Halts {
    /// Whether automatic action is paused now.
    boolean paused();

    /// When it was resumed last, if it ever was and is not paused.
    Optional<Instant> resumed();
  }

  /// @param ledger tells facts as soon as they are true
  /// @param budget how long one call goes on with further steps
  public Rollbacks(
      Surroundings world, ChoosePoint choosePoint, Ledger ledger, Duration budget, Halts halts) {
    this.world = world;
    this.begin = new BeginRollback(world, choosePoint);
    this.ledger = ledger;
    this.budget = budget;
    this.halts = halts;
  }

  /// Begins a rollback, joins a running one, or says why not. Does no step yet.
  public Begun begin(RollbackRequest request) {
    return begin.begin(request, Map.of());
  }

  /// Likewise, of what was decided when routes stood at these epochs.
  ///
  /// @throws RouteMovedException if one has moved since; nothing has begun
  public Begun begin(RollbackRequest request, Map<ResourceName, Epoch> from) {
    return begin.begin(request, from);
  }

  /// The rollback that an event began, if it did, whether that has ended or not.
  public Optional<String> begunBy(String event) {
    return begin.begunBy(event);
  }

  /// What a rollback of one resource would go back to; nothing is changed but that the point of a
  /// moment is made, which the rollback finds.
  public Prospect.Outcome prospect(RollbackRequest request) {
    return new LookAhead(world, begin).of(request);
  }

  /// Does the next steps of a rollback of a resource or a group.
  ///
  /// @param part number of a part that an event handed out
  /// @throws IllegalArgumentException if there is no such rollback
  public void advance(String id, Optional<Integer> part) {
    Optional<RunRollback> single = find(id);
    if (single.isPresent()) {
      RunRollback run = single.get();
      if (run.intent().group().isPresent() && part.isEmpty()) {
        advance(run.intent().group().get(), Optional.empty());
      } else if (run.intent().group().isEmpty()) {
        if (part.isEmpty() || (!halts(run) && doneWithParts(run, part))) {
          locks.locked(id, () -> steps(run));
        }
      } else if (!halts(run) && run.awaitsParts() && doneWithParts(run, part)) {
        advance(run.intent().group().get(), Optional.empty());
      }
      return;
    }
    Group group =
        GroupLog.of(world.records(), id)
            .flatMap(log -> log.get(id))
            .orElseThrow(() -> new Refusal("unknown rollback '" + id + "'"));
    locks.locked(id, () -> together(group));
  }

  private Optional<RunRollback> find(String id) {
    return RollbackRecords.of(world.records(), id)
        .flatMap(at -> at.intent().map(intent -> run(at, intent)));
  }

  private RunRollback run(RollbackRecords at, Intent intent) {
    Resource resource =
        world
            .catalogue()
            .resource(intent.resource())
            .orElseThrow(() -> new Refusal("unknown resource '" + intent.resource() + "'"));
    return new RunRollback(world, at, intent, resource, whileNotPaused(intent));
  }

  /// Does one part that an event handed out. Parts are done side by side, like those that other
  /// processes do.
  ///
  /// @return whether that was the last one, so that the rollback gets further
  private boolean doneWithParts(RunRollback run, Optional<Integer> part) {
    Progressed progressed = next(run, part);
    ledger.tell(run.facts());
    return !(progressed instanceof Progressed.InParts);
  }

  private Void steps(RunRollback run) {
    long end = System.nanoTime() + budget.toNanos();
    while (true) {
      boolean rests = run.canWait();
      if (rests && halts.paused()) {
        ledger.tell(run.facts());
        return null; // A sweep asks again.
      }
      if (rests && isOutdated(run)) {
        run.giveUp(OUTDATED);
      }
      Progressed progressed = next(run, Optional.empty());
      ledger.tell(run.facts());
      switch (progressed) {
        case Progressed.Over() -> {
          closed(run);
          return null;
        }
        case Progressed.Waits ignored -> {
          return null;
        }
        case Progressed.InParts parts -> {
          ledger.handOut(parts.parts());
          return null;
        }
        case Progressed.Further() -> {
          if (System.nanoTime() > end) {
            ledger.handOut(List.of(goesOn(run.intent().rollback(), run.marker())));
            return null;
          }
        }
      }
    }
  }

  private static Progressed next(RunRollback run, Optional<Integer> part) {
    try {
      return run.next(part);
    } catch (PausedException e) {
      return new Progressed.Waits(String.valueOf(e.getMessage()));
    }
  }

  /// Stops long work of an automatic rollback, which nothing waits for, when all is paused: files
  /// that it has done stay done, and are found when it goes on.
  private Progress whileNotPaused(Intent intent) {
    if (intent.by() != By.AUTOMATION) {
      return Progress.NONE;
    }
    AtomicLong looked = new AtomicLong(System.nanoTime());
    return (files, bytes) -> {
      long before = looked.get();
      long now = System.nanoTime();
      if (now - before > LOOK_EVERY.toNanos()
          && looked.compareAndSet(before, now)
          && halts.paused()
          && !isOrdered(intent)) {
        throw new PausedException();
      }
    };
  }

  /// Whether automatic action is paused and this rollback is automatic and at rest: it has not
  /// begun to switch, or serves and has not begun to return.
  private boolean halts(RunRollback run) {
    return run.canWait() && halts.paused();
  }

  private static final String OUTDATED =
      "it was decided before all was paused, and is not current any more";

  /// Whether it was decided before a pause, and longer ago than an approval would hold: whatever it
  /// rests on is not known to be so any more. What is still so is decided anew.
  ///
  /// @param run that can wait
  private boolean isOutdated(RunRollback run) {
    Instant decided = run.intent().time();
    Duration holds = world.catalogue().policies().decisions().approvals().expires();
    return world.records().time().isAfter(decided.plus(holds))
        && run.phase() == Phase.INTENT
        && halts.resumed().filter(decided::isBefore).isPresent();
  }

  /// Only when everything was told: a sweep finds what is still open.
  private void closed(RunRollback run) {
    world.openWork().closed(OpenWork.Kind.ROLLBACKS, run.intent().rollback());
  }

  /// Moves the members of a group from phase to phase: nobody goes on before everybody is as far.
  private Void together(Group group) {
    long end = System.nanoTime() + budget.toNanos();
    List<RunRollback> runs = begun(group);
    while (true) {
      sameFate(group, runs);
      sameCut(runs);
      List<RunRollback> open = runs.stream().filter(run -> run.phase() != Phase.DONE).toList();
      if (open.isEmpty()) {
        runs.forEach(run -> ledger.tell(run.facts()));
        runs.forEach(this::closed);
        world.openWork().closed(OpenWork.Kind.GROUPS, group.id());
        return null;
      }
      if (open.stream().allMatch(RunRollback::canWait) && halts.paused()) {
        runs.forEach(run -> ledger.tell(run.facts()));
        return null;
      }
      if (open.stream().allMatch(run -> run.canWait() && isOutdated(run))) {
        open.forEach(run -> run.giveUp(OUTDATED));
      }
      Optional<RunRollback> moved = furthered(open);
      if (moved.isEmpty()) {
        return null;
      }
      if (System.nanoTime() > end) {
        ledger.handOut(List.of(goesOn(group.id(), moved.get().marker())));
        return null;
      }
    }
  }

  /// Does the next step of one of those that are furthest behind. One that waits for an unreachable
  /// primary or for its parts, or that fails, does not keep the others of its phase waiting.
  private Optional<RunRollback> furthered(List<RunRollback> open) {
    Phase least =
        open.stream().map(RunRollback::phase).min(Comparator.naturalOrder()).orElseThrow();
    Faults faults = new Faults();
    for (RunRollback run : open.stream().filter(one -> one.phase() == least).toList()) {
      Optional<Progressed> progressed = faults.get(() -> next(run, Optional.empty()));
      ledger.tell(run.facts());
      switch (progressed.orElse(new Progressed.Waits("it failed"))) {
        case Progressed.Further(), Progressed.Over() -> {
          return Optional.of(run);
        }
        case Progressed.Waits ignored -> {}
        case Progressed.InParts parts -> ledger.handOut(parts.parts());
      }
    }
    faults.raise();
    return Optional.empty();
  }

  private boolean isOrdered(Intent intent) {
    return new RollbackRecords(world.records(), intent.resource(), intent.epochBefore())
        .has("return-ordered");
  }

  /// The members' rollbacks; those that have not begun begin now, each from the epoch the group
  /// fixed.
  private List<RunRollback> begun(Group group) {
    List<RunRollback> runs = new ArrayList<>();
    for (Group.Member member : group.members()) {
      RollbackRecords at =
          new RollbackRecords(world.records(), member.resource(), member.epochBefore());
      Resource resource =
          world
              .catalogue()
              .resource(member.resource())
              .orElseThrow(() -> new Refusal("unknown resource '" + member.resource() + "'"));
      Intent intent =
          at.intent()
              .orElseGet(() ->
                  begin
                      .write(
                          begin.intent(
                              new BeginRollback.Draft(
                                  resource,
                                  world
                                      .routes()
                                      .at(member.resource(), member.epochBefore())
                                      .orElseThrow(),
                                  member.mode(),
                                  member.candidates(),
                                  member.why(),
                                  member.undoes(),
                                  member.target()),
                              group.requestHash(),
                              group.by(),
                              group.allowDeletes(),
                              Optional.of(group.id()),
                              Optional.empty(),
                              Optional.empty()))
                      .record());
      if (group.owns(intent)) {
        runs.add(new RunRollback(world, at, intent, resource, whileNotPaused(intent)));
      }
    }
    return runs;
  }

  /// If one member must take an older point, all move to the older cut.
  private static void sameCut(List<RunRollback> runs) {
    int cut = runs.stream().mapToInt(run -> run.records().rejected().size()).max().orElse(0);
    for (RunRollback run : runs) {
      List<RejectStep> rejected = run.records().rejected();
      for (int index = rejected.size();
          index < cut && index < run.intent().candidates().size() && !run.records().has("done");
          index++) {
        run.records()
            .write(
                "rejected/" + index,
                new RejectStep(
                    run.intent().candidates().get(index).point(),
                    "the group moved to an older cut"));
      }
    }
  }

  /// If one member gives up, or another rollback took its place before the group could, those that
  /// do not serve their point yet give up too.
  private static void sameFate(Group group, List<RunRollback> runs) {
    for (RunRollback run : runs) {
      if (run.exhausted() && !run.records().has("released")) {
        run.records()
            .write(
                "failed",
                new FailStep(
                    "no usable point is left: " + run.records().rejected().getLast().reason(),
                    false));
      }
    }
    Optional<String> why =
        runs.size() < group.members().size()
            ? Optional.of("the group stopped because another rollback of a member came first")
            : runs.stream()
                .flatMap(run ->
                    run.records().read("failed", FailStep.class).stream()
                        .map(failed ->
                            "the group stopped because %s failed: %s"
                                .formatted(run.intent().resource(), failed.reason())))
                .findFirst();
    if (why.isEmpty()) {
      return;
    }
    for (RunRollback run : runs) {
      if (run.phase().compareTo(Phase.RELEASED) < 0) {
        run.records().write("failed", new FailStep(why.get(), false));
      }
    }
  }

  private static Fact goesOn(String rollback, ObjectName effect) {
    return new Fact.RollbackGoesOn(effect, rollback, rollback, "next", Optional.empty());
  }

  /// A person says that an automatic rollback of a resource, which waits to return, is not to wait.
  ///
  /// @return the rollback; empty if none waits
  public Optional<String> returnNow(Resource resource) {
    Optional<RollbackRecords> waiting =
        world
            .routes()
            .current(resource.name())
            .flatMap(new Brought(world.records(), world.routes())::by)
            .filter(at -> at.has("return-waits") && !at.has("freezing") && !at.has("done"));
    return waiting.map(at -> {
      at.write("return-ordered", new Steps.OrderStep(world.records().time()));
      ledger.handOut(List.of(goesOn(at.id(), at.name("return-ordered"))));
      return at.id();
    });
  }

  /// Looks after what a sweep found open: goes on with it, and keeps old primaries that are back.
  public void sweep() {
    Faults faults = new Faults();
    for (OpenWork.Kind kind : List.of(OpenWork.Kind.GROUPS, OpenWork.Kind.ROLLBACKS)) {
      for (String id : world.openWork().open(kind)) {
        faults.keep(() -> goOn(kind, id));
      }
    }
    for (String id : world.openWork().open(OpenWork.Kind.FENCES)) {
      faults.keep(() -> locks.locked(id, () -> keepLate(id)));
    }
    faults.raise();
  }

  private void goOn(OpenWork.Kind kind, String id) {
    if (isForgotten(id)) {
      return; // It goes on when its resource is in the catalogue again.
    }
    if (isThere(id)) {
      ledger.handOut(List.of(goesOn(id, world.openWork().name(kind, id))));
    } else {
      world.openWork().closedIfStale(kind, id);
    }
  }

  /// Whether a resource of this rollback is not in the catalogue any more.
  private boolean isForgotten(String id) {
    Optional<Intent> intent =
        RollbackRecords.of(world.records(), id).flatMap(RollbackRecords::intent);
    Optional<Group> group = GroupLog.of(world.records(), id).flatMap(log -> log.get(id));
    return intent.map(Intent::resource).filter(name -> !isKnown(name)).isPresent()
        || group
            .filter(one -> one.members().stream().anyMatch(member -> !isKnown(member.resource())))
            .isPresent();
  }

  private boolean isKnown(ResourceName resource) {
    return world.catalogue().resource(resource).isPresent();
  }

  private boolean isThere(String id) {
    return RollbackRecords.of(world.records(), id).flatMap(RollbackRecords::intent).isPresent()
        || GroupLog.of(world.records(), id).flatMap(log -> log.get(id)).isPresent();
  }

  private Void keepLate(String id) {
    if (isForgotten(id)) {
      return null; // Its resource may be in the catalogue again one day.
    }
    Optional<RunRollback> run = find(id).filter(one -> !one.records().has("late-undo"));
    Optional<Route> route = run.flatMap(one -> world.routes().current(one.intent().resource()));
    if (route.flatMap(now -> new Running(world.records()).of(now.resource(), now)).isPresent()) {
      return null; // Another rollback may be writing there; it keeps what it finds itself.
    }
    boolean servesAgain =
        route.filter(now -> now.primary().equals(run.orElseThrow().intent().source())).isPresent();
    if (run.isPresent() && !servesAgain) {
      run.get().keepLate();
    }
    if (run.isEmpty() || servesAgain || run.get().records().has("late-undo")) {
      world.openWork().closed(OpenWork.Kind.FENCES, id);
    }
    return null;
  }
}
