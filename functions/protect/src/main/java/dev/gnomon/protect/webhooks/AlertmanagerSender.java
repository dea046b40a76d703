package dev.gnomon.protect.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Prometheus Alertmanager, and what sends the same form, such as Grafana. It sends a group again
/// and again while an alert of it fires, and has no id for that: an alert and the time it began to
/// fire are the replay key. Resolved alerts ask for nothing.
///
/// Source: `webhook_config` in the configuration of Alertmanager (version 4 of its data).
record AlertmanagerSender() implements Sender {
  private static final int MAX_ALERTS = 1000;

  /// What the zero time of Go looks like: the alert does not say when it began.
  private static final Instant UNSET = Instant.parse("0001-01-01T00:00:00Z");

  @Override
  public boolean isAuthentic(List<byte[]> keys, Hook hook) {
    return Keys.bearer(keys, hook);
  }

  @Override
  public Reading read(Hook hook) {
    ObjectNode body = HookJson.object(hook.body());
    JsonNode alerts = body.path("alerts");
    if (!alerts.isArray() || alerts.size() > MAX_ALERTS) {
      throw HookJson.broken("expected at most " + MAX_ALERTS + " alerts in 'alerts'");
    }
    List<Cause> causes = new ArrayList<>();
    for (JsonNode alert : alerts) {
      if (!(alert instanceof ObjectNode one)) {
        throw HookJson.broken("expected an object for each alert");
      }
      if (HookJson.required(one, "status").equals("firing")) {
        causes.add(cause(one, body, hook.time()));
      }
    }
    return causes.isEmpty() ? new Reading.Nothing("no alert fires") : new Reading.Trouble(causes);
  }

  private static Cause cause(ObjectNode alert, ObjectNode body, Instant now) {
    Optional<Instant> since = HookJson.time(alert, "startsAt").filter(time -> !time.equals(UNSET));
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
        identity + " " + since.map(Instant::toString).orElse("-"),
        Optional.empty(),
        false,
        alert,
        since.orElse(now),
        since.isPresent(),
        name + " fires" + since.map(time -> " since " + time).orElse(""),
        evidence);
  }

  /// Releases before 0.19 send no fingerprint.
  private static String labels(JsonNode labels) {
    TreeMap<String, String> sorted = new TreeMap<>();
    labels.properties().forEach(label -> sorted.put(label.getKey(), label.getValue().asText()));
    return Keys.hash(sorted.toString().getBytes(UTF_8));
  }
}
