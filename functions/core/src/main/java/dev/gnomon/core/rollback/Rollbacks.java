package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.KeyedLocks;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.facts.Ledger;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.RunRollback.Phase;
import dev.gnomon.core.rollback.RunRollback.Progressed;
import dev.gnomon.core.rollback.Steps.FailStep;
import dev.gnomon.core.rollback.Steps.RejectStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Begins rollbacks and carries them on, step by step, alone or as a group.
///
/// Every call may be repeated, also at the same time in several processes: what a step did is found
/// by name. A call works for a bounded time and then hands the rest over as an event.
public final class Rollbacks {
  private final Surroundings world;
  private final BeginRollback begin;
  private final Ledger ledger;
  private final Duration budget;
  private final KeyedLocks locks = new KeyedLocks();

  /// @param ledger tells facts as soon as they are true
  /// @param budget how long one call goes on with further steps
  public Rollbacks(Surroundings world, ChoosePoint choosePoint, Ledger ledger, Duration budget) {
    this.world = world;
    this.begin = new BeginRollback(world, choosePoint);
    this.ledger = ledger;
    this.budget = budget;
  }

  /// Begins a rollback, joins a running one, or says why not. Does no step yet.
  public Begun begin(RollbackRequest request) {
    return begin.begin(request);
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
      } else {
        locks.locked(id, () -> steps(run, part));
        run.intent().group().ifPresent(group -> advance(group, Optional.empty()));
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
    return new RunRollback(world, at, intent, resource);
  }

  private Void steps(RunRollback run, Optional<Integer> part) {
    long end = System.nanoTime() + budget.toNanos();
    Optional<Integer> once = part;
    boolean alone = run.intent().group().isEmpty();
    while (true) {
      Progressed progressed = run.next(once);
      once = Optional.empty();
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
          if (!alone) {
            return null;
          }
          if (System.nanoTime() > end) {
            ledger.handOut(List.of(goesOn(run.intent().rollback(), run.marker())));
            return null;
          }
        }
      }
    }
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
      sameCut(runs);
      sameFate(runs);
      Optional<RunRollback> behind =
          runs.stream()
              .filter(run -> run.phase() != Phase.DONE)
              .min(Comparator.comparing(RunRollback::phase));
      if (behind.isEmpty()) {
        runs.forEach(run -> ledger.tell(run.facts()));
        runs.forEach(this::closed);
        world.openWork().closed(OpenWork.Kind.GROUPS, group.id());
        return null;
      }
      RunRollback run = behind.get();
      Progressed progressed = run.next(Optional.empty());
      ledger.tell(run.facts());
      switch (progressed) {
        case Progressed.Further() -> {}
        case Progressed.Over() -> {}
        case Progressed.Waits ignored -> {
          return null;
        }
        case Progressed.InParts parts -> {
          ledger.handOut(parts.parts());
          return null;
        }
      }
      if (System.nanoTime() > end) {
        ledger.handOut(List.of(goesOn(group.id(), run.marker())));
        return null;
      }
    }
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
      Optional<Intent> known = at.intent();
      Intent intent =
          known.isPresent()
              ? known.get()
              : begin
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
                              member.undoes()),
                          group.requestHash(),
                          group.by(),
                          group.allowDeletes(),
                          Optional.of(group.id())))
                  .record();
      RunRollback run = new RunRollback(world, at, intent, resource);
      if (!intent.group().equals(Optional.of(group.id()))) {
        throw new IllegalStateException(
            "%s of %s began before the group %s could"
                .formatted(intent.rollback(), member.resource(), group.id()));
      }
      runs.add(run);
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

  /// If one member gives up, the others that do not serve their point yet give up too.
  private static void sameFate(List<RunRollback> runs) {
    Optional<RunRollback> failed =
        runs.stream().filter(run -> run.records().has("failed")).findFirst();
    if (failed.isEmpty()) {
      return;
    }
    for (RunRollback run : runs) {
      if (run.phase().compareTo(Phase.RELEASED) < 0 && run.phase().compareTo(Phase.INTENT) > 0) {
        run.records()
            .write(
                "failed",
                new FailStep(
                    "the group stopped because %s failed"
                        .formatted(failed.get().intent().resource()),
                    false));
      }
    }
  }

  private static Fact goesOn(String rollback, ObjectName effect) {
    return new Fact.RollbackGoesOn(effect, rollback, rollback, "next", Optional.empty());
  }

  /// Looks after what a sweep found open: goes on with it, and keeps old primaries that are back.
  public void sweep() {
    for (OpenWork.Kind kind : List.of(OpenWork.Kind.GROUPS, OpenWork.Kind.ROLLBACKS)) {
      for (String id : world.openWork().open(kind)) {
        if (find(id).isEmpty()
            && GroupLog.of(world.records(), id).flatMap(log -> log.get(id)).isEmpty()) {
          world.openWork().closed(kind, id);
          continue;
        }
        ledger.handOut(
            List.of(
                goesOn(
                    id,
                    ObjectName.of("open", kind.name().toLowerCase(java.util.Locale.ROOT), id))));
      }
    }
    for (String id : world.openWork().open(OpenWork.Kind.FENCES)) {
      find(id)
          .filter(run -> !run.records().has("late-undo"))
          .ifPresent(run -> locks.locked(id, run::keepLate));
      if (find(id).map(run -> run.records().has("late-undo")).orElse(true)) {
        world.openWork().closed(OpenWork.Kind.FENCES, id);
      }
    }
  }
}
