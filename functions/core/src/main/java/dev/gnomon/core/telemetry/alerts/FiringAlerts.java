package dev.gnomon.core.telemetry.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Remembers which alerts Alertmanager (or what sends its form, such as Grafana) said fire, and
/// says so at regular times as [#METRIC], with the labels of each: 1 while it fires, 0 after. That
/// it is told again changes nothing, so how often Alertmanager repeats itself is no evidence.
///
/// What is remembered is this process's own: after a start an alert is known again when it is told
/// again. Thread-safe.
///
/// Source: `webhook_config` of Alertmanager, version 4 of its data.
public final class FiringAlerts {
  public static final String METRIC = "gnomon_alert_firing";
  static final int ALERTS_AT_MOST = 1_000;

  /// Alertmanager repeats what fires every 4 hours unless it is told otherwise; what is not told
  /// again is not known to fire.
  static final Duration FIRES_FOR = Duration.ofHours(5);

  /// For so long 0 is said of what was resolved, so that its usual value is known.
  static final Duration REMEMBERED = Duration.ofDays(1);

  private final Map<SeriesKey, State> states = new LinkedHashMap<>();

  /// @param changed when it began to fire, or ended
  private record State(boolean firing, Instant changed, Instant told) {}

  /// What became of the alerts of a request.
  ///
  /// @param unfit without a name or a time, with too many labels, or of more than are remembered
  public record Taken(int known, int unfit) {}

  /// @param labels put onto all of them
  /// @return empty if it is no such request
  public synchronized Optional<Taken> take(JsonNode body, Map<String, String> labels, Instant now) {
    if (!body.path("alerts").isArray()) {
      return Optional.empty();
    }
    int known = 0;
    int unfit = 0;
    for (JsonNode alert : body.path("alerts")) {
      if (takeOne(alert, labels, now)) {
        known++;
      } else {
        unfit++;
      }
    }
    return Optional.of(new Taken(known, unfit));
  }

  private boolean takeOne(JsonNode alert, Map<String, String> more, Instant now) {
    boolean firing = alert.path("status").asText().equals("firing");
    boolean resolved = alert.path("status").asText().equals("resolved");
    Optional<Instant> changed = time(alert.path(firing ? "startsAt" : "endsAt"), now);
    Optional<SeriesKey> key = key(alert.path("labels"), more);
    if (key.isEmpty() || changed.isEmpty() || firing == resolved) {
      return false;
    }
    State held = states.get(key.get());
    if (held == null && states.size() >= ALERTS_AT_MOST) {
      return false;
    }
    // Told late, or out of order: what came after it holds. Of one time the end does.
    boolean overtaken =
        held != null
            && (changed.get().isBefore(held.changed())
                || (firing && !held.firing() && changed.get().equals(held.changed())));
    if (!overtaken) {
      states.put(key.get(), new State(firing, changed.get(), now));
    }
    return true;
  }

  private static Optional<SeriesKey> key(JsonNode own, Map<String, String> more) {
    Map<String, String> labels = new TreeMap<>();
    own.properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    if (labels.getOrDefault("alertname", "").isEmpty()) {
      return Optional.empty();
    }
    labels.putAll(more);
    try {
      return Optional.of(SeriesKey.of(METRIC, labels));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Go writes the year 1 where there is no time.
  private static Optional<Instant> time(JsonNode text, Instant now) {
    try {
      Instant time = OffsetDateTime.parse(text.asText()).toInstant();
      return Optional.of(time)
          .filter(one -> one.isAfter(Instant.EPOCH))
          .map(one -> one.isAfter(now) ? now : one);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /// All that are known, as they are now.
  public synchronized List<Sample> samples(Instant now) {
    states
        .values()
        .removeIf(
            state -> state.told().plus(state.firing() ? FIRES_FOR : REMEMBERED).isBefore(now));
    List<Sample> samples = new ArrayList<>();
    states.forEach((key, state) ->
        samples.add(new Sample(key, now, state.firing() ? 1 : 0, Sample.Kind.GAUGE)));
    return samples;
  }
}
