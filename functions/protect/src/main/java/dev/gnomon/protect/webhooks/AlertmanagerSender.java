package dev.gnomon.protect.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.secrets.KeyRing;
import dev.gnomon.runtime.http.Rejection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Prometheus Alertmanager, and what sends the same form, such as Grafana. It sends a group again
/// and again while an alert of it fires, and has no id for that: an alert and the time it fired are
/// the replay key. Resolved alerts ask for nothing.
///
/// `startsAt` is when the alert fired: after its rule held for all of `for`, of an expression that
/// looks back itself. Trouble is older than that, so it counts as noticed then.
///
/// What can't be read of a group is left out and said: 4xx is final for Alertmanager, and the rest
/// of the group may tell of trouble.
///
/// Source: `webhook_config` in the configuration of Alertmanager (version 4 of its data);
/// `SendAlerts` of Prometheus for `startsAt`.
record AlertmanagerSender() implements Sender {
  /// More than that are not looked at.
  static final int MAX_ALERTS = 1000;

  /// What the zero time of Go looks like: the alert does not say when it fired.
  private static final Instant UNSET = Instant.parse("0001-01-01T00:00:00Z");

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
    if (!(body.path("alerts") instanceof ArrayNode alerts)) {
      throw HookJson.broken("expected a list in 'alerts'");
    }
    int looked = Math.min(alerts.size(), MAX_ALERTS);
    List<Cause> causes = new ArrayList<>();
    List<Rejection> broken = new ArrayList<>();
    for (int i = 0; i < looked; i++) {
      try {
        cause(alerts.get(i), body).ifPresent(causes::add);
      } catch (Rejection e) {
        broken.add(e);
      }
    }
    if (looked > 0 && broken.size() == looked) {
      throw broken.getFirst();
    }
    if (causes.isEmpty()) {
      return new Reading.Nothing("no alert fires" + leftOut(alerts.size() - looked, broken.size()));
    }
    int unsaid = alerts.size() - looked + body.path("truncatedAlerts").asInt(0);
    String leftOut = leftOut(unsaid, broken.size());
    return new Reading.Trouble(
        leftOut.isEmpty()
            ? causes
            : causes.stream().map(cause -> cause.and("of its group" + leftOut)).toList());
  }

  private static String leftOut(int unsaid, int broken) {
    return (unsaid > 0 ? ", %d more alerts were not looked at".formatted(unsaid) : "")
        + (broken > 0 ? ", %d alerts can't be read".formatted(broken) : "");
  }

  /// @return empty if it does not fire
  private static Optional<Cause> cause(JsonNode alert, ObjectNode body) {
    if (!(alert instanceof ObjectNode one)) {
      throw HookJson.broken("expected an object for each alert");
    }
    return HookJson.required(one, "status").equals("firing")
        ? Optional.of(firing(one, body))
        : Optional.empty();
  }

  private static Cause firing(ObjectNode alert, ObjectNode body) {
    // Without it all times that an alert fires would be one, however far apart.
    Instant fired =
        HookJson.time(alert, "startsAt")
            .filter(time -> !time.equals(UNSET))
            .orElseThrow(() -> HookJson.broken("expected when the alert fired in 'startsAt'"));
    String identity =
        HookJson.text(alert, "fingerprint").orElseGet(() -> labels(alert.path("labels")));
    String name =
        HookJson.text(alert.path("labels"), "alertname").map(HookJson::shown).orElse("an alert");
    HookJson.text(body, "receiver").ifPresent(receiver -> alert.put("receiver", receiver));
    List<String> evidence = new ArrayList<>();
    for (String annotation : List.of("summary", "description")) {
      HookJson.text(alert.path("annotations"), annotation)
          .map(text -> name + ": " + HookJson.shown(text))
          .ifPresent(evidence::add);
    }
    return new Cause(
        identity + " " + fired,
        Optional.empty(),
        false,
        alert,
        List.of(),
        fired,
        false,
        name + " fires since " + fired,
        evidence);
  }

  /// Releases before 0.19 send no fingerprint.
  private static String labels(JsonNode labels) {
    TreeMap<String, String> sorted = new TreeMap<>();
    labels.properties().forEach(label -> sorted.put(label.getKey(), label.getValue().asText()));
    return BodyHash.of(sorted.toString().getBytes(UTF_8));
  }
}
