package dev.gnomon.core.automation;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notifier;
import dev.gnomon.core.automation.Decision.Action;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// Decisions as they are stored, `decisions/<resource>/<key>`, and told.
record DecisionRecords(ControlRecords records, Notifier notifier) {
  static ObjectName name(ResourceName resource, String key) {
    return ObjectName.of("decisions", resource, Answers.key(key));
  }

  Optional<Decision> read(ObjectName name) {
    return records.read(name, Decision.class);
  }

  /// @return the decision that stands under the name, whoever made it
  Decision create(ObjectName name, Decision decision) {
    return records.create(name, decision).record();
  }

  private record Told(Instant time) {}

  /// Tells people what was decided and not done; again only if it was killed before that was noted.
  void tell(ObjectName name, Decision decision, OnFail wanted) {
    if (decision.action() == Action.ROLLED_BACK || wanted == OnFail.IGNORE) {
      return;
    }
    ObjectName told = ObjectName.of("notified", Answers.key(name.value()));
    if (records.exists(told)) {
      return;
    }
    String resource = decision.resource().value();
    notifier.notify(
        Notice.of(
                name.value(),
                "decision",
                decision.action() == Action.REFUSED ? Severity.CRITICAL : Severity.WARNING,
                decision.time(),
                "Decision on %s: %s"
                    .formatted(
                        resource,
                        decision.action().name().toLowerCase(Locale.ROOT).replace('_', ' ')),
                decision.trigger() + ". " + decision.reason())
            .in("resource/" + resource, Notice.Action.TRIGGER)
            .about(resource));
    records.create(told, new Told(records.time()));
  }
}
