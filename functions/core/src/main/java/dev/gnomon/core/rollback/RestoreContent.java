package dev.gnomon.core.rollback;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.replica.Replica;
import dev.gnomon.core.replica.ReplicaEntry;
import dev.gnomon.core.rollback.Run.Progressed;
import dev.gnomon.core.rollback.Run.TroubleException;
import dev.gnomon.core.rollback.Steps.RestoreStep;
import dev.gnomon.core.rollback.Steps.ValidateStep;
import dev.gnomon.core.rollback.Steps.Verdict;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.IncompleteRestoreException;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.core.shadow.RestoreRequest.Making;
import dev.gnomon.core.shadow.Restorer;
import dev.gnomon.core.shadow.ShadowStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes locations equal to points, and proves it. Writes only behind a fence that this rollback
/// raised, and only while no other run of it can lift that fence: a process that comes late changes
/// nothing.
final class RestoreContent {
  private final Run run;
  private final Surroundings world;
  private final RollbackRecords at;
  private final Intent intent;
  private final FanOut fanOut;
  private final KeepContent keep;
  private final Progress repairing;

  /// @param repairing told of each file that is compared or brought back while the shadow serves
  RestoreContent(Run run, KeepContent keep, Progress repairing) {
    this.repairing = repairing;
    this.run = run;
    this.world = run.world();
    this.at = run.at();
    this.intent = run.intent();
    this.fanOut = new FanOut(world.records());
    this.keep = keep;
  }

  /// A restore that would delete more than the resource allows.
  static final class TooManyDeletesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyDeletesException(String message) {
      super(message);
    }
  }

  // ---- the place that will serve the point

  /// Brings a candidate back to where it will be served.
  ///
  /// @throws DamagedPointException if the candidate can't be used
  /// @throws TooManyDeletesException if it would delete too much
  /// @throws IncompleteRestoreException if this process may not do all of it
  Progressed candidate(int index, Candidate candidate, Epoch fenced, Optional<Integer> part) {
    String record = "restored/" + index;
    boolean begun = run.planned(run.job(record)); // Then the place is fenced.
    if (run.inPlace()) {
      return into(record, candidate, intent.source(), fenced, part);
    }
    if (intent.left().isPresent()) {
      Left left = intent.left().get();
      if (!begun) {
        fence(left.location(), fenced);
        keep.left(candidate, left);
      }
      return into(record, candidate, left.location(), fenced, part);
    }
    Replica replica = replica();
    Replica.Asked asked =
        world
            .replicas()
            .askSealing(
                run.resource(), replica, candidate.point(), candidate.content(), intent.rollback());
    return switch (asked) {
      case Replica.Asked.Busy busy ->
          throw new Unavailable(
              "the replica of %s is being synced by %s"
                  .formatted(run.resource().name(), busy.owner()));
      case Replica.Asked.Current current -> {
        fence(replica.location(current.entry().generation()), fenced);
        yield restored(record, candidate, RestoreReport.NOTHING);
      }
      case Replica.Asked.Granted granted -> {
        Location place = replica.location(granted.turn().entry().generation());
        if (!begun) {
          fence(place, fenced);
        }
        Progressed progressed = into(record, candidate, place, fenced, part);
        if (at.has(record)) {
          // If that comes too late, a sync has begun with the next generation.
          replica.synced(granted.turn());
        }
        yield progressed;
      }
    };
  }

  /// Where a candidate is brought back to, if no location held it already.
  Location target(Candidate candidate) {
    if (run.inPlace()) {
      return intent.source();
    }
    if (intent.left().isPresent()) {
      return intent.left().get().location();
    }
    Replica replica = replica();
    ReplicaEntry entry =
        replica
            .takenBy(intent.rollback(), candidate.content())
            .orElseThrow(
                () -> new Unavailable("the replica of " + run.resource().name() + " moved on"));
    return replica.location(entry.generation());
  }

  private Replica replica() {
    return world
        .replicas()
        .of(run.resource(), intent.target())
        .orElseThrow(() ->
            new TroubleException(
                "%s has no replica%s to switch to"
                    .formatted(
                        run.resource().name(),
                        intent.target().map(cell -> " in cell " + cell).orElse(""))));
  }

  private void fence(Location place, Epoch epoch) {
    switch (world.fence().fence(run.resource(), place, epoch)) {
      case Fence.Outcome.Done done -> {}
      case Fence.Outcome.Outdated outdated ->
          throw new TroubleException(
              "%s can't be fenced for epoch %s: epoch %d acted on it already"
                  .formatted(place, epoch, outdated.appliedEpoch()));
      case Fence.Outcome.Unreachable away -> throw new Unavailable(away.reason());
    }
  }

  // ---- restore

  /// Makes a fenced location equal to a point, in parts.
  ///
  /// @param record the step's record, such as `restored/0`
  Progressed into(
      String record, Candidate candidate, Location place, Epoch epoch, Optional<Integer> part) {
    PointRef ref = candidate.point();
    Restorer restorer = world.stores().restorer(ref.cell());
    boolean limited = run.inPlace() || record.equals("repaired");
    Progress progress = record.equals("repaired") ? repairing : Progress.NONE;
    return run.held(
        place,
        epoch,
        content -> {
          RestoreRequest request =
              new RestoreRequest(ref.point(), content, world.partBytes(), Making.NOTHING);
          FanOut.Parts parts =
              fanOut.run(
                  run.job(record),
                  intent.rollback(),
                  intent.correlation(),
                  "restore",
                  part,
                  () -> parts(restorer.plan(request, progress), limited),
                  one -> restorer.restorePart(request, one, progress));
          return switch (parts) {
            case FanOut.Parts.Missing open -> new Progressed.InParts(open.facts());
            case FanOut.Parts.AllDone done ->
                restored(record, candidate, done.report().plus(restorer.finish(request)));
          };
        });
  }

  private List<Part> parts(RestorePlan plan, boolean limited) {
    if (!plan.impossible().isEmpty()) {
      throw new IncompleteRestoreException(
          "the restore could not be complete, so nothing was touched: "
              + String.join("; ", plan.impossible()));
    }
    int limit = run.resource().limits().maxDeletePercent();
    if (limited && !intent.allowDeletes() && plan.deletePercent() > limit) {
      throw new TooManyDeletesException(
          "the restore would delete %d of %d files (%.1f %%), the limit is %d %%; a command with --allow-deletes may do it"
              .formatted(plan.filesToDelete(), plan.filesPresent(), plan.deletePercent(), limit));
    }
    return plan.parts();
  }

  private Progressed restored(String record, Candidate candidate, RestoreReport report) {
    at.write(record, new RestoreStep(candidate.point(), report));
    run.reached("restore");
    return Progressed.FURTHER;
  }

  /// Brings a location back to what it held before, in one go.
  RestoreReport whole(PointRef ref, Place content) {
    RestoreRequest request =
        new RestoreRequest(ref.point(), content, Long.MAX_VALUE, Making.NOTHING);
    Restorer restorer = world.stores().restorer(ref.cell());
    RestoreReport report = restorer.restorePart(request, Part.WHOLE, Progress.NONE);
    return report.plus(restorer.finish(request));
  }

  // ---- validate

  /// Says of the restored candidate whether it may be served; one run's word holds.
  Verdict verdict(int index, Candidate candidate, Location place, Epoch epoch) {
    return at.write(
        "verdicts/" + index, new Verdict(wrong("mended-" + index, candidate, place, epoch)));
  }

  void validated(String record, Candidate candidate) {
    at.write(record, new ValidateStep(candidate.point(), run.checkNames()));
  }

  /// Compares every byte with the point, mends once what somebody changed after the restore, then
  /// runs the resource's own checks.
  ///
  /// @param job names the point of what is found in the way
  Optional<String> wrong(String job, Candidate candidate, Location place, Epoch epoch) {
    return run.held(place, epoch, content -> wrong(job, candidate, content));
  }

  private Optional<String> wrong(String job, Candidate candidate, Place content) {
    PointRef ref = candidate.point();
    Comparison comparison;
    try {
      ShadowStore store = world.stores().shadows(ref.cell());
      comparison = store.compare(ref.point(), content, Progress.NONE);
      if (!comparison.equal()) {
        // Somebody wrote through an advisory fence.
        keep.mended(job, ref, content);
        whole(ref, content);
        comparison = store.compare(ref.point(), content, Progress.NONE);
      }
    } catch (DamagedPointException | IncompleteRestoreException e) {
      return Optional.of(Run.reason(e));
    }
    if (!comparison.equal()) {
      return Optional.of(
          "%d paths still differ from %s after the restore, such as %s"
              .formatted(comparison.differences(), ref, examples(comparison)));
    }
    for (CheckSpec spec : run.resource().checks()) {
      Optional<String> wrong = world.check().run(spec, content);
      if (wrong.isPresent()) {
        return Optional.of("check %s failed: %s".formatted(spec.name(), wrong.get()));
      }
    }
    return Optional.empty();
  }

  static String examples(Comparison comparison) {
    List<String> some = new ArrayList<>();
    comparison.changed().stream().limit(3).forEach(path -> some.add("changed " + path));
    comparison.added().stream().limit(3).forEach(path -> some.add("extra " + path));
    comparison.removed().stream().limit(3).forEach(path -> some.add("missing " + path));
    return String.join(", ", some);
  }
}
