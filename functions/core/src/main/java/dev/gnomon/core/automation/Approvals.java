package dev.gnomon.core.automation;

import dev.gnomon.core.automation.Decision.Action;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.core.rollback.RouteMovedException;
import dev.gnomon.core.routes.RouteTable;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A person's word on a decision that waits for it. `approvals/<decision>/given` is written once,
/// whoever of several is first; then the rollback begins under the identity of the approval, so
/// that two approvals, or one that comes again after a kill, begin one rollback;
/// `approvals/<decision>/outcome` says what came of it. What was given and has no outcome is taken
/// up by sweeps.
public final class Approvals {
  /// What was approved and could not begin for so long does not any more. Its slot is its own for
  /// longer than that.
  private static final Duration MAX_DELAY = OpenWork.STALE_AFTER.minusMinutes(5);

  private final ControlRecords records;
  private final OpenWork openWork;
  private final DecisionLog decisions;
  private final RouteTable routes;
  private final Rollbacks rollbacks;
  private final Pause pause;
  private final BlastRadius radius;
  private final Checkpoint checkpoint;

  public Approvals(
      ControlRecords records,
      OpenWork openWork,
      DecisionLog decisions,
      RouteTable routes,
      Rollbacks rollbacks,
      Pause pause,
      BlastRadius radius,
      Checkpoint checkpoint) {
    this.records = records;
    this.openWork = openWork;
    this.decisions = decisions;
    this.routes = routes;
    this.rollbacks = rollbacks;
    this.pause = pause;
    this.radius = radius;
    this.checkpoint = checkpoint;
  }

  /// @param evidence hash of the decision that was approved
  /// @param beyondLimits whether the limits on what is acted on together don't bind
  public record Given(String evidence, String by, boolean beyondLimits, Instant time) {}

  /// @param refused why no rollback began
  public record Outcome(Optional<String> rollback, Optional<String> refused, Instant time) {}

  /// How an approval stands.
  public record View(Optional<Given> given, Optional<Outcome> outcome) {}

  public View of(String decision) {
    return new View(
        records.read(name(decision, "given"), Given.class),
        records.read(name(decision, "outcome"), Outcome.class));
  }

  /// Approves a decision and begins what it asks for. The same approval again finds its rollback.
  ///
  /// @param id of the decision
  /// @param evidence the hash that the decision had when the person saw it
  /// @return id of the rollback, to be carried on
  /// @throws Refusal if it can't be approved, or not any more, with the reason
  public String approve(String id, String evidence, String by, boolean beyondLimits) {
    Decision decision =
        decisions.find(id).orElseThrow(() -> new Refusal("there is no decision '" + id + "'"));
    Asked asked = asked(decision, id);
    if (!asked.evidence().equals(evidence)) {
      throw new Refusal(
          "decision %s rests on evidence %s, the approval is for %s"
              .formatted(id, shown(asked.evidence()), shown(evidence)));
    }
    Optional<Given> before = of(id).given();
    if (before.isEmpty()) {
      current(decision, asked, id);
      radius
          .take(slots(id, asked), beyondLimits)
          .ifPresent(full -> {
            throw new Refusal(full + "; `gnomon approve " + id + " --beyond-limits` does not mind");
          });
      openWork.opened(OpenWork.Kind.APPROVALS, id);
    }
    Given given =
        records
            .create(name(id, "given"), new Given(evidence, by, beyondLimits, records.time()))
            .record();
    checkpoint.reached("approval");
    return carriedOut(id, asked, given);
  }

  private static Asked asked(Decision decision, String id) {
    if (!decision.isGenuine()) {
      throw new Refusal(
          "decision %s does not say what its evidence was taken of: its record was altered"
              .formatted(id));
    }
    return decision
        .asked()
        .filter(any -> decision.action() == Action.WAITS_FOR_APPROVAL)
        .orElseThrow(() ->
            new Refusal(
                "decision %s does not wait for anybody: %s".formatted(id, decision.reason())));
  }

  /// @throws Refusal if what the decision was made on is not so any more
  private void current(Decision decision, Asked asked, String id) {
    Instant now = records.time();
    if (!now.isBefore(asked.expires())) {
      throw new Refusal(
          "decision %s could be approved until %s, it is %s".formatted(id, asked.expires(), now));
    }
    for (Asked.Standing standing : asked.standing()) {
      routes
          .current(standing.resource())
          .filter(route -> !route.epoch().equals(standing.epoch()))
          .ifPresent(route -> {
            throw new Refusal(
                "decision %s is not current: it was made on epoch %s of %s, which is at %s since (%s)"
                    .formatted(
                        id, standing.epoch(), standing.resource(), route.epoch(), route.cause()));
          });
    }
    decisions
        .newest(decision.resource())
        .flatMap(Decision::id)
        .filter(newest -> !newest.equals(id))
        .ifPresent(newest -> {
          throw new Refusal(
              "decision %s is not current: %s was made on %s since"
                  .formatted(id, newest, decision.resource()));
        });
    if (pause.paused()) {
      throw new Refusal(
          "automation is paused (gnomon resume); `gnomon rollback` is done all the same");
    }
  }

  private String carriedOut(String id, Asked asked, Given given) {
    Optional<Outcome> known = of(id).outcome();
    Outcome outcome = known.orElseGet(() -> begun(id, asked, given));
    openWork.closed(OpenWork.Kind.APPROVALS, id);
    return outcome
        .rollback()
        .orElseThrow(() -> new Refusal(outcome.refused().orElse("no rollback began")));
  }

  private Outcome begun(String id, Asked asked, Given given) {
    RollbackRequest request = asked.request(id, given.by());
    Outcome outcome = tooLate(id, given, request).orElseGet(() -> began(request, asked));
    if (outcome.rollback().isEmpty()) {
      radius.free(slots(id, asked));
    }
    checkpoint.reached("approved");
    return records.create(name(id, "outcome"), outcome).record();
  }

  private Outcome began(RollbackRequest request, Asked asked) {
    Map<ResourceName, Epoch> from = new HashMap<>();
    asked.standing().forEach(standing -> from.put(standing.resource(), standing.epoch()));
    try {
      return switch (rollbacks.begin(request, from)) {
        case Begun.Accepted accepted -> outcome(accepted.rollback());
        case Begun.Joined joined -> outcome(joined.rollback());
        case Begun.Refused refused -> refused(refused.reason());
      };
    } catch (RouteMovedException moved) {
      return refused("it is not current any more: " + moved.getMessage());
    }
  }

  /// Who gave it may have been killed before the rollback began, and nobody able to begin it since.
  private Optional<Outcome> tooLate(String id, Given given, RollbackRequest request) {
    Instant latest = given.time().plus(MAX_DELAY);
    Instant now = records.time();
    return now.isAfter(latest) && request.request().flatMap(rollbacks::begunBy).isEmpty()
        ? Optional.of(
            refused(
                "decision %s was approved at %s, and nothing could be begun until %s: that is too late at %s"
                    .formatted(id, given.time(), latest, now)))
        : Optional.empty();
  }

  private Outcome outcome(String rollback) {
    return new Outcome(Optional.of(rollback), Optional.empty(), records.time());
  }

  private Outcome refused(String reason) {
    return new Outcome(Optional.empty(), Optional.of(reason), records.time());
  }

  private List<BlastRadius.Slot> slots(String id, Asked asked) {
    Instant now = records.time();
    return asked.standing().stream()
        .map(standing ->
            new BlastRadius.Slot(
                standing.resource(),
                routes.at(standing.resource(), standing.epoch()).orElseThrow().primary().cell(),
                standing.epoch(),
                now,
                Optional.of("approval/" + id)))
        .toList();
  }

  /// Takes up what was approved by a process that was killed before it began the rollback.
  ///
  /// @param goOn is given the ids of rollbacks, to carry them on
  public void sweep(Consumer<String> goOn) {
    Faults faults = new Faults();
    for (String id : openWork.open(OpenWork.Kind.APPROVALS)) {
      faults.keep(() -> takeUp(id, goOn));
    }
    faults.raise();
  }

  private void takeUp(String id, Consumer<String> goOn) {
    Optional<Given> given = of(id).given();
    if (given.isEmpty()) {
      openWork.closedIfStale(OpenWork.Kind.APPROVALS, id);
      return;
    }
    if (of(id).outcome().isEmpty() && pause.paused()) {
      return; // The next sweep asks again.
    }
    try {
      Asked asked = asked(decisions.find(id).orElseThrow(), id);
      goOn.accept(carriedOut(id, asked, given.get()));
    } catch (Refusal refused) {
      // It is in the outcome for whoever asks.
      openWork.closed(OpenWork.Kind.APPROVALS, id);
    }
  }

  private static String shown(String hash) {
    return hash.length() > 12 ? hash.substring(0, 12) + "..." : hash;
  }

  private static ObjectName name(String decision, String what) {
    return ObjectName.of("approvals", decision, what);
  }
}
