package dev.gnomon.protect.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.secrets.KeyRing;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// A canary of Flagger, by its webhooks of type `event` or `post-rollout`. It can't send headers:
/// the token is in the webhook's metadata.
///
/// A canary stays in phase Failed until its next revision, and every event of that time says so,
/// also that it is suspended or can't be reconciled: of events only the one that says that it
/// failed counts. That one is sent again while Flagger can't scale the canary down, with another
/// time; so the revision and the day are the replay key, not the body.
///
/// Webhooks of other types, such as `rollback` and `confirm-promotion`, *ask*: to answer them with
/// 2xx is to say yes. They are refused, so that a wrong type of webhook neither rolls a canary back
/// nor waves it through.
///
/// Source: "Webhooks" in the documentation of Flagger, its `CanaryWebhookPayload` and the event in
/// `rollback` of its scheduler; of an answer it takes 200 to 202 for a success.
record FlaggerSender() implements Sender {
  private static final Set<String> TELL = Set.of("event", "post-rollout");
  private static final Set<String> LAST = Set.of("Failed", "Succeeded");
  private static final Pattern MILLIS = Pattern.compile("[0-9]{1,15}");

  /// The whole text is "Canary failed! Scaling down NAME.NAMESPACE".
  private static final String FAILED = "Canary failed!";

  /// It shows nothing outside of its body.
  @Override
  public boolean mayBeAuthentic(KeyRing keys, Hook head) {
    return true;
  }

  @Override
  public boolean isAuthentic(KeyRing keys, Hook hook) {
    return HookJson.seek(hook.body(), "metadata", "token").map(keys::has).orElse(false);
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
    Optional<String> event = HookJson.text(metadata, "eventType");
    Optional<String> message = HookJson.text(metadata, "eventMessage").map(HookJson::shown);
    if (event.isPresent()
        && !(event.get().equals("Warning")
            && message.filter(text -> text.startsWith(FAILED)).isPresent())) {
      return new Reading.Nothing(
          "canary %s failed before; this event says '%s'".formatted(canary, message.orElse("")));
    }
    ((ObjectNode) metadata).remove("token");
    List<String> evidence = new ArrayList<>();
    message.ifPresent(evidence::add);
    Instant told =
        HookJson.text(metadata, "timestamp")
            .filter(millis -> MILLIS.matcher(millis).matches())
            .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis)))
            .orElse(hook.time());
    return new Reading.Trouble(
        List.of(
            new Cause(
                HookJson.text(body, "checksum")
                    .map(revision -> delivery(canary, revision, told))
                    .orElseGet(() -> BodyHash.of(hook.body())),
                Optional.empty(),
                false,
                body,
                List.of(),
                told,
                false,
                "canary " + canary + " failed",
                evidence)));
  }

  private static String delivery(String canary, String revision, Instant told) {
    return "%s %s %s"
        .formatted(canary, HookJson.shown(revision), LocalDate.ofInstant(told, ZoneOffset.UTC));
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
