package dev.gnomon.protect.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.secrets.KeyRing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The notifications of Argo Rollouts. Their body is a template of the user's; docs/OPERATIONS.md
/// has the one that is understood: `event` (the built-in trigger without `on-`), the `rollout` as
/// JSON, and perhaps `time`. The event is in it because the status of the rollout that a template
/// sees may be the one from before the event.
///
/// Source: "Notifications" and "Webhook" in the documentation of Argo Rollouts; its issue 3535 for
/// the status.
record ArgoRolloutsSender() implements Sender {
  private static final Set<String> FAILURES =
      Set.of("rollout-aborted", "analysis-run-failed", "analysis-run-error");

  @Override
  public boolean mayBeAuthentic(KeyRing keys, Hook head) {
    return isAuthentic(keys, head);
  }

  @Override
  public boolean isAuthentic(KeyRing keys, Hook hook) {
    return keys.hasBearer(hook.header("Authorization"));
  }

  @Override
  public Reading read(Hook hook) {
    ObjectNode body = HookJson.object(hook.body());
    String event = HookJson.required(body, "event");
    JsonNode rollout = body.path("rollout");
    String name = HookJson.shown(HookJson.required(rollout.path("metadata"), "name"));
    if (!FAILURES.contains(event)) {
      return new Reading.Nothing(HookJson.shown(event) + " of " + name + " starts nothing");
    }
    List<String> evidence = new ArrayList<>();
    HookJson.text(rollout.path("status"), "message").map(HookJson::shown).ifPresent(evidence::add);
    return new Reading.Trouble(
        List.of(
            new Cause(
                BodyHash.of(hook.body()),
                Optional.empty(),
                false,
                body,
                List.of(),
                HookJson.time(body, "time").orElse(hook.time()),
                false,
                event + " of " + name,
                evidence)));
  }
}
