package dev.gnomon.protect.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.runtime.http.Rejection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// A canary of Flagger, by its webhooks of type `event` or `post-rollout`. It can't send headers:
/// the token is in the webhook's metadata.
///
/// Webhooks of other types, such as `rollback` and `confirm-promotion`, *ask*: to answer them with
/// 2xx is to say yes. They are refused, so that a wrong type of webhook neither rolls a canary back
/// nor waves it through.
///
/// Source: "Webhooks" in the documentation of Flagger, and its `CanaryWebhookPayload`; of an answer
/// it takes 200 to 202 for a success.
record FlaggerSender() implements Sender {
  private static final Set<String> TELL = Set.of("event", "post-rollout");
  private static final Set<String> LAST = Set.of("Failed", "Succeeded");
  private static final Pattern MILLIS = Pattern.compile("[0-9]{1,15}");

  @Override
  public boolean isAuthentic(List<byte[]> keys, Hook hook) {
    try {
      return HookJson.text(HookJson.object(hook.body()).path("metadata"), "token")
          .map(token -> Keys.anyIs(keys, token))
          .orElse(false);
    } catch (Rejection e) {
      return false; // who may not come in learns nothing of the body's form either
    }
  }

  @Override
  public Reading read(Hook hook) {
    ObjectNode body = HookJson.object(hook.body());
    JsonNode metadata = body.path("metadata");
    String phase = HookJson.required(body, "phase");
    String canary =
        HookJson.shown(HookJson.required(body, "name"))
            + "."
            + HookJson.shown(HookJson.required(body, "namespace"));
    if (asks(body, phase)) {
      throw HookJson.broken(
          "a webhook that asks for leave in phase %s; use the types event or post-rollout"
              .formatted(HookJson.shown(phase)));
    }
    if (!phase.equals("Failed")) {
      return new Reading.Nothing("canary " + canary + " is in phase " + HookJson.shown(phase));
    }
    ((ObjectNode) metadata).remove("token");
    List<String> evidence = new ArrayList<>();
    HookJson.text(metadata, "eventMessage").map(HookJson::shown).ifPresent(evidence::add);
    return new Reading.Trouble(
        List.of(
            new Cause(
                Keys.hash(hook.body()),
                Optional.empty(),
                false,
                body,
                HookJson.text(metadata, "timestamp")
                    .filter(millis -> MILLIS.matcher(millis).matches())
                    .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis)))
                    .orElse(hook.time()),
                false,
                "canary " + canary + " failed",
                evidence)));
  }

  /// Older releases don't say the type of the webhook: only an event has an `eventType`, and only a
  /// webhook after the rollout comes in one of its last phases.
  private static boolean asks(JsonNode body, String phase) {
    return HookJson.text(body, "type")
        .map(type -> !TELL.contains(type))
        .orElseGet(() ->
            HookJson.text(body.path("metadata"), "eventType").isEmpty() && !LAST.contains(phase));
  }
}
