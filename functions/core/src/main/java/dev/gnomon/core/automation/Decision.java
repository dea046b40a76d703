package dev.gnomon.core.automation;

import dev.gnomon.core.decision.Weighing;
import dev.gnomon.core.ids.ResourceName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What Gnomon decided about one resource, and why; stored as `decisions/<resource>/<key>`.
///
/// @param trigger what made it decide, a sentence
/// @param evidence what the trigger brought along
/// @param action what was done
/// @param reason why this and nothing else, a sentence
/// @param rollback id of the rollback that was begun or joined
/// @param id under which people ask for it, `<resource>-d<n>`; decisions of earlier versions have
///   none
/// @param weighing the numbers, if it was weighed by expected loss
/// @param asked what it asks a person for, if it waits for one
public record Decision(
    ResourceName resource,
    String trigger,
    List<String> evidence,
    Action action,
    String reason,
    Optional<String> rollback,
    Instant time,
    Optional<String> id,
    Optional<Weighing> weighing,
    Optional<Asked> asked) {
  public Decision {
    evidence = List.copyOf(evidence);
  }

  Decision named(String name) {
    return new Decision(
        resource,
        trigger,
        evidence,
        action,
        reason,
        rollback,
        time,
        Optional.of(name),
        weighing,
        asked);
  }

  /// Whether it says what it said when its evidence was hashed.
  boolean isGenuine() {
    return asked
        .map(wanted -> wanted.evidence().equals(wanted.boundTo(unbound()).evidence()))
        .orElse(true);
  }

  /// As it was before it had an id and asked for anything.
  private Decision unbound() {
    return new Decision(
        resource,
        trigger,
        evidence,
        action,
        reason,
        rollback,
        time,
        Optional.empty(),
        weighing,
        Optional.empty());
  }

  /// The same, asking a person for something.
  Decision asking(Asked wanted) {
    return new Decision(
        resource,
        trigger,
        evidence,
        action,
        reason,
        rollback,
        time,
        id,
        weighing,
        Optional.of(wanted.boundTo(this)));
  }

  /// Whether nothing new is decided here: the same is done, by the same option, with the same
  /// rollback, and would go back to the same point.
  boolean sameMindAs(Decision other) {
    return action == other.action
        && rollback.equals(other.rollback)
        && weighing.map(Weighing::chosen).equals(other.weighing.map(Weighing::chosen))
        && weighing.flatMap(Weighing::point).equals(other.weighing.flatMap(Weighing::point))
        && asked.map(Asked::wants).equals(other.asked.map(Asked::wants));
  }

  /// What follows from a decision.
  public enum Action {
    ROLLED_BACK,
    WAITS_FOR_APPROVAL,
    OBSERVED,
    PAUSED,
    REFUSED,
    NOTIFIED,
    /// A fresh shadow is taken.
    PRE_STAGED,
    /// To do nothing is expected to cost least.
    STAYED
  }
}
