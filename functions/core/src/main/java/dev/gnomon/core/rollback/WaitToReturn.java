package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.MeritPolicy;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.rollback.Departures.Terms;
import dev.gnomon.core.rollback.ReturnHome.Came;
import dev.gnomon.core.rollback.Run.Progressed;
import dev.gnomon.core.rollback.Steps.SetbackStep;
import dev.gnomon.core.rollback.Steps.WaitStep;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// An automatic rollback returns when the old primary is fit to serve and owes nothing more for
/// what it was left for. What it has shown so far is in records: since when it is waited for, and
/// when it did not do well.
final class WaitToReturn {
  /// A proof is cut into so many: a setback is written once in each, at most.
  private static final int SETBACKS_A_PROOF = 24;

  private final Surroundings world;
  private final RollbackRecords at;
  private final Intent intent;
  private final Run run;

  WaitToReturn(Run run) {
    this.run = run;
    this.world = run.world();
    this.at = run.at();
    this.intent = run.intent();
  }

  /// @return empty if it may return, or has nothing to return from any more, which its next move
  ///   finds
  Optional<Came> why() {
    if (!run.servesWhereBrought(run.route())) {
      return Optional.empty();
    }
    MeritPolicy policy = world.catalogue().policies().merit();
    Optional<String> early =
        world.destinations().tooEarly(run.resource(), run.route(), intent.source());
    Optional<WaitStep> begun = at.read("return-waits", WaitStep.class);
    Instant now = world.records().time();
    if (begun.isEmpty()) {
      begun = begins(early, policy, now);
      if (begun.isEmpty()) {
        return Optional.empty();
      }
    }
    WaitStep waits = begun.get();
    Duration proof = waits.proof().orElse(Duration.ZERO);
    if (early.isPresent()) {
      setBack(early.get(), proof, now);
    } else if (!waits.person() && !now.isBefore(proved(at, waits.since(), proof))) {
      return Optional.empty();
    }
    String why = early.orElse(waits.reason());
    if (waits.person()) {
      return Optional.of(new Came.Step(new Progressed.Waits(why))); // for as long as it takes
    }
    Duration limit = proof.plus(policy.returnWithin());
    return Optional.of(
        Duration.between(waits.since(), now).compareTo(limit) < 0
            ? new Came.Step(new Progressed.Waits(why))
            : new Came.Failed(
                "the return waited since %s (merit.returnWithin %s%s) and is given up: %s"
                    .formatted(
                        waits.since(),
                        policy.returnWithin(),
                        proof.isPositive() ? " after a proof of " + proof : "",
                        why)));
  }

  /// What is asked for is written once, so it does not change while it is given.
  private Optional<WaitStep> begins(Optional<String> early, MeritPolicy policy, Instant now) {
    Terms terms = new Departures(world.records(), policy).of(intent);
    if (early.isEmpty() && !terms.ask()) {
      return Optional.empty();
    }
    String reason = early.map(unfit -> unfit + (terms.ask() ? "; " : "")).orElse("") + terms.says();
    Optional<Duration> proof = Optional.of(terms.proof()).filter(Duration::isPositive);
    return Optional.of(at.write("return-waits", new WaitStep(reason, now, proof, terms.person())));
  }

  /// When it will have done well for long enough, if nothing comes in between.
  static Instant proved(RollbackRecords at, Instant since, Duration proof) {
    return at.setbacks()
        .last()
        .map(RecordLog.Numbered::record)
        .map(SetbackStep::at)
        .filter(since::isBefore)
        .orElse(since)
        .plus(proof);
  }

  private void setBack(String reason, Duration proof, Instant now) {
    if (proof.isZero()) {
      return;
    }
    RecordLog<SetbackStep> log = at.setbacks();
    Optional<RecordLog.Numbered<SetbackStep>> last = log.last();
    boolean told =
        last.filter(one ->
                Duration.between(one.record().at(), now)
                        .compareTo(proof.dividedBy(SETBACKS_A_PROOF))
                    < 0)
            .isPresent();
    if (!told) {
      // Whoever is first at a number has said the same.
      var ignored =
          log.append(
              last.map(RecordLog.Numbered::number).orElse(0L) + 1, new SetbackStep(reason, now));
    }
  }
}
