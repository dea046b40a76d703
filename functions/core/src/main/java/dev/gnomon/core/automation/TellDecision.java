package dev.gnomon.core.automation;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notifier;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.objects.ObjectName;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// Tells people what was decided and not done; again only if it was killed before that was noted.
public record TellDecision(ControlRecords records, Notifier notifier, Links links) {
  /// Where people may answer.
  public interface Links {
    Links NONE = decision -> List.of();

    /// @return addresses at which a decision can be approved, for those who have them
    List<Notice.Link> of(Decision decision);
  }

  private record Told(Instant time) {}

  /// @param name of the decision's record
  void tell(ObjectName name, Decision decision, OnFail wanted) {
    if (!concernsPeople(decision) || wanted == OnFail.IGNORE) {
      return;
    }
    ObjectName told = ObjectName.of("notified", Answers.key(name.value()));
    if (records.exists(told)) {
      return;
    }
    notifier.notify(notice(name, decision));
    records.create(told, new Told(records.time()));
  }

  /// What was done is told by its own events.
  private static boolean concernsPeople(Decision decision) {
    return switch (decision.action()) {
      case ROLLED_BACK, PRE_STAGED, STAYED -> false;
      case WAITS_FOR_APPROVAL, OBSERVED, PAUSED, REFUSED, NOTIFIED -> true;
    };
  }

  private Notice notice(ObjectName name, Decision decision) {
    String resource = decision.resource().value();
    boolean refused = decision.action() == Decision.Action.REFUSED;
    Notice notice =
        Notice.of(
                name.value(),
                "decision",
                refused ? Severity.CRITICAL : Severity.WARNING,
                decision.time(),
                "Decision on %s: %s"
                    .formatted(
                        resource,
                        decision.action().name().toLowerCase(Locale.ROOT).replace('_', ' ')),
                decision.trigger() + ". " + decision.reason())
            .in("resource/" + resource, Notice.Action.TRIGGER)
            .about(resource);
    // What automation wanted and can't do has to alarm somebody, whatever is known already.
    Notice alarming = refused ? notice.alarming("resource/" + resource + "/refused") : notice;
    return decision
        .id()
        .map(id -> alarming.with("Decision", id))
        .orElse(alarming)
        .linked(links.of(decision));
  }
}
