package dev.gnomon.protect.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.secrets.KeyRing;
import dev.gnomon.core.secrets.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A repository, an organisation or an app of GitHub. The signature covers the body alone, so the
/// delivery id in the header is checked against the body that it came with first.
///
/// Source: "Validating webhook deliveries" and "Webhook events and payloads" in the documentation
/// of GitHub.
record GitHubSender() implements Sender {
  private static final Pattern SIGNED = Pattern.compile("sha256=([0-9a-f]{64})");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,100}");
  private static final Set<String> FAILED_STATES = Set.of("failure", "error");
  private static final Set<String> FAILED_RUNS = Set.of("failure", "timed_out", "startup_failure");

  /// What only those can cause who may write to the repository. Pull requests, comments and what
  /// follows from a run of them may be anybody's, with any name of a branch.
  private static final Set<String> OWN_EVENTS =
      Set.of(
          "create",
          "delete",
          "deployment",
          "deployment_status",
          "merge_group",
          "push",
          "release",
          "repository_dispatch",
          "schedule",
          "workflow_dispatch");

  @Override
  public boolean mayBeAuthentic(KeyRing keys, Hook head) {
    return signature(head).isPresent();
  }

  @Override
  public boolean isAuthentic(KeyRing keys, Hook hook) {
    return signature(hook).map(signature -> keys.signed(signature, hook.body())).orElse(false);
  }

  private static Optional<Signature> signature(Hook hook) {
    return hook.header("X-Hub-Signature-256")
        .map(SIGNED::matcher)
        .filter(Matcher::matches)
        .map(matcher -> Signature.claimed(matcher.group(1)));
  }

  @Override
  public Reading read(Hook hook) {
    String event = name(hook, "X-GitHub-Event");
    String delivery = name(hook, "X-GitHub-Delivery");
    ObjectNode body = HookJson.object(hook.body());
    return switch (event) {
      case "deployment_status" -> deployment(hook, event, delivery, body);
      case "workflow_run" -> run(hook, event, delivery, body);
      default -> new Reading.Nothing("events of type " + event + " start nothing");
    };
  }

  private static Reading deployment(Hook hook, String event, String delivery, ObjectNode body) {
    JsonNode status = body.path("deployment_status");
    JsonNode deployment = body.path("deployment");
    String state = HookJson.required(status, "state");
    if (!FAILED_STATES.contains(state)) {
      return new Reading.Nothing("the state of the deployment is " + HookJson.shown(state));
    }
    String environment = HookJson.text(deployment, "environment").orElse("an environment");
    return trouble(
        hook,
        event,
        delivery,
        body,
        List.of(),
        HookJson.time(deployment, "created_at"),
        "the deployment of %s to %s ended with %s"
            .formatted(repository(body), HookJson.shown(environment), state),
        HookJson.text(status, "target_url").or(() -> HookJson.text(status, "url")));
  }

  private static Reading run(Hook hook, String event, String delivery, ObjectNode body) {
    JsonNode run = body.path("workflow_run");
    String action = HookJson.required(body, "action");
    if (!action.equals("completed")) {
      return new Reading.Nothing("the run is " + HookJson.shown(action));
    }
    String conclusion = HookJson.required(run, "conclusion");
    if (!FAILED_RUNS.contains(conclusion)) {
      return new Reading.Nothing("the run ended with " + HookJson.shown(conclusion));
    }
    String name = HookJson.text(run, "name").or(() -> HookJson.text(run, "path")).orElse("a run");
    return trouble(
        hook,
        event,
        delivery,
        body,
        toName(run, body),
        HookJson.time(run, "run_started_at").or(() -> HookJson.time(run, "created_at")),
        "%s of %s ended with %s".formatted(HookJson.shown(name), repository(body), conclusion),
        HookJson.text(run, "html_url"));
  }

  /// What a rule has to name before a run counts that a stranger may have started: with a pull
  /// request or from a fork.
  private static List<String> toName(JsonNode run, JsonNode body) {
    List<String> named = new ArrayList<>();
    if (HookJson.text(run, "event").filter(OWN_EVENTS::contains).isEmpty()) {
      named.add("workflow_run.event");
    }
    Optional<String> head = HookJson.text(run.path("head_repository"), "full_name");
    if (head.isEmpty() || !head.equals(HookJson.text(body.path("repository"), "full_name"))) {
      named.add("workflow_run.head_repository.full_name");
    }
    return named;
  }

  private static Reading trouble(
      Hook hook,
      String event,
      String delivery,
      ObjectNode body,
      List<String> named,
      Optional<Instant> onset,
      String what,
      Optional<String> link) {
    body.put("event", event);
    List<String> evidence = new ArrayList<>();
    link.map(HookJson::shown).ifPresent(evidence::add);
    return new Reading.Trouble(
        List.of(
            new Cause(
                delivery,
                Optional.of(BodyHash.of(hook.body())),
                true,
                body,
                named,
                onset.orElse(hook.time()),
                onset.isPresent(),
                what,
                evidence)));
  }

  private static String repository(JsonNode body) {
    return HookJson.text(body.path("repository"), "full_name")
        .map(HookJson::shown)
        .orElse("a repository");
  }

  private static String name(Hook hook, String header) {
    return hook.header(header)
        .filter(value -> NAME.matcher(value).matches())
        .orElseThrow(() -> HookJson.broken("expected the header " + header + " once"));
  }
}
