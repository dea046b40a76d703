package dev.gnomon.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.secrets.Secrets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An alert event of PagerDuty's Events API v2. All trouble of an incident has one `dedup_key`, by
/// which it is resolved when it is over. PagerDuty appends a trigger to the incident that is open
/// under its key and alarms nobody again; it is never acknowledged from here, for that stops the
/// escalation, and nobody has taken it on.
///
/// Sources: [send an alert
/// event](https://developer.pagerduty.com/docs/events-api-v2/trigger-events/) (fields; summary 1024
/// characters, dedup_key 255; severities critical, error, warning, info; resolve needs no payload),
/// [overview](https://developer.pagerduty.com/docs/events-api-v2/overview/) (202 when it is queued;
/// 400 is final; 429 and 5xx are sent again).
final class PagerDutyForm implements NoticeForm {
  static final int MAX_SUMMARY = 1024;
  static final int MAX_DEDUP_KEY = 255;
  private static final int ACCEPTED = 202;
  private static final int MAX_SAID = 300;
  private static final String HIDDEN = "…";

  private final Channel.PagerDuty spec;
  private final Secrets secrets;

  PagerDutyForm(Channel.PagerDuty spec, Secrets secrets) {
    this.spec = spec;
    this.secrets = secrets;
  }

  @Override
  public Message message(Notice notice, Instant now) throws Secrets.Unreadable {
    String key = secrets.read(spec.routingKey());
    return new Message(spec.endpoint(), Map.of(), Bodies.json(body(notice, key)));
  }

  @Override
  public String shown(Notice notice) {
    return Bodies.text(body(notice, HIDDEN));
  }

  @Override
  public Verdict judged(WebhookClient.Answer.Answered answer) {
    int status = answer.status();
    if (status == ACCEPTED) {
      return new Verdict.Taken();
    }
    return status / 100 == 2
        ? new Verdict.Again("it answered " + status + ", expected 202")
        : NoticeForm.refused(status, said(answer.body()));
  }

  /// The reason in a refusal, which may repeat what was sent, and so the key.
  private String said(String body) {
    try {
      JsonNode answer = Json.MAPPER.readTree(body);
      List<String> words = new ArrayList<>();
      words.add(answer.path("message").asText(""));
      answer.path("errors").forEach(error -> words.add(error.asText("")));
      String said = String.join("; ", words.stream().filter(word -> !word.isBlank()).toList());
      String key = known().orElse("");
      String hidden = key.isEmpty() ? said : said.replace(key, HIDDEN);
      return Notice.clean(hidden.replace('\n', ' '), MAX_SAID);
    } catch (JsonProcessingException e) {
      return "";
    }
  }

  private Optional<String> known() {
    try {
      return Optional.of(secrets.read(spec.routingKey()));
    } catch (Secrets.Unreadable e) {
      return Optional.empty();
    }
  }

  private static Map<String, Object> body(Notice notice, String routingKey) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("routing_key", routingKey);
    body.put("event_action", action(notice.action()));
    body.put("dedup_key", dedupKey(notice.incidentName()));
    if (notice.action() == Notice.Action.TRIGGER) {
      body.put("client", "Gnomon");
      body.put("payload", payload(notice));
      List<Map<String, String>> links =
          notice.links().stream()
              .map(link -> Map.of("href", link.href(), "text", link.text()))
              .toList();
      if (!links.isEmpty()) {
        body.put("client_url", links.getFirst().get("href"));
        body.put("links", links);
      }
    }
    return body;
  }

  private static Map<String, Object> payload(Notice notice) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("text", notice.text());
    notice.fields().forEach(field -> details.put(field.name(), field.value()));
    details.put("notice", notice.key());
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put(
        "summary",
        Notice.clean((notice.title() + ": " + notice.text()).replace('\n', ' '), MAX_SUMMARY));
    String about = notice.subject().filter(subject -> !subject.isBlank()).orElse("gnomon");
    payload.put("source", about); // A blank one is refused.
    payload.put("severity", severity(notice.severity()));
    payload.put("timestamp", notice.time().toString());
    payload.put("component", about);
    payload.put("group", "gnomon");
    payload.put("class", notice.kind());
    payload.put("custom_details", details);
    return payload;
  }

  static String dedupKey(String incident) {
    String key = "gnomon/" + incident;
    return key.length() <= MAX_DEDUP_KEY ? key : "gnomon/" + Answers.key(incident);
  }

  private static String action(Notice.Action action) {
    return switch (action) {
      case TRIGGER -> "trigger";
      case RESOLVE, CLOSE -> "resolve";
      case INFORM ->
          throw new IllegalArgumentException("an incident is neither opened nor closed by this");
    };
  }

  private static String severity(Severity severity) {
    return switch (severity) {
      case INFO -> "info";
      case WARNING -> "warning";
      case CRITICAL -> "critical";
    };
  }
}
