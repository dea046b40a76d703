package dev.gnomon.core.telemetry.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import dev.gnomon.core.telemetry.alerts.AlertLog.Alert;
import dev.gnomon.core.telemetry.alerts.AlertLog.Told;
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
/// What is new is logged before it is acknowledged: a process that begins, and every other one,
/// knows what was told. Which of two words on an alert holds follows from their times alone, so in
/// which order they are read makes no difference. Thread-safe.
///
/// Source: `webhook_config` of Alertmanager, version 4 of its data.
public final class FiringAlerts {
  public static final String METRIC = "gnomon_alert_firing";
  public static final int ALERTS_AT_MOST = 1_000;

  /// Alertmanager repeats what fires every 4 hours unless it is told otherwise; what is not told
  /// again is not known to fire.
  public static final Duration FIRES_FOR = Duration.ofHours(5);

  /// For so long 0 is said of what was resolved, so that its usual value is known.
  public static final Duration REMEMBERED = Duration.ofDays(1);

  /// That an alert still fires is logged no more often.
  static final Duration LOGGED_EVERY = Duration.ofMinutes(30);

  private final AlertLog log;
  private final Map<SeriesKey, State> states = new LinkedHashMap<>();

  /// @param changed when it began to fire, or ended
  /// @param told when that was said last
  /// @param logged when it was said that is in the log; [Instant#MIN]: never
  private record State(boolean firing, Instant changed, Instant told, Instant logged) {
    boolean isNews() {
      return logged.equals(Instant.MIN) || told.isAfter(logged.plus(LOGGED_EVERY));
    }
  }

  /// What became of the alerts of a request.
  ///
  /// @param unfit without a name or a time, with too many labels, or of more than are remembered
  public record Taken(int known, int unfit) {}

  public FiringAlerts(AlertLog log) {
    this.log = log;
  }

  /// @param labels put onto all of them
  /// @return empty if it is no such request
  /// @throws dev.gnomon.core.objects.ObjectStoreException if it can't be logged; it is known here
  ///   all the same, and logged when it is told again
  public Optional<Taken> take(JsonNode body, Map<String, String> labels, Instant now) {
    if (!body.path("alerts").isArray()) {
      return Optional.empty();
    }
    int known = 0;
    int unfit = 0;
    Map<SeriesKey, Alert> news = new LinkedHashMap<>();
    for (JsonNode each : body.path("alerts")) {
      Optional<Alert> alert = alert(each, labels, now);
      if (alert.isPresent() && taken(alert.get(), now, Instant.MIN)) {
        known++;
        news(alert.get().series()).ifPresent(one -> news.put(one.series(), one));
      } else {
        unfit++;
      }
    }
    if (!news.isEmpty()) {
      List<Alert> all = List.copyOf(news.values());
      log.keep(new Told(now, all));
      all.forEach(one -> taken(one, now, now));
    }
    return Optional.of(new Taken(known, unfit));
  }

  /// Learns what was told to other processes, and to this one before it began.
  ///
  /// @param now what is later, by the clock of another process, counts as of this time
  /// @throws dev.gnomon.core.objects.ObjectStoreException if the log is away
  public void learn(Instant now) {
    for (Told told : log.fresh()) {
      Instant at = told.at().isAfter(now) ? now : told.at();
      told.alerts().forEach(one -> taken(one, at, at));
    }
    log.tidy();
  }

  /// What is held of an alert, if it is not in the log.
  private synchronized Optional<Alert> news(SeriesKey series) {
    return Optional.ofNullable(states.get(series))
        .filter(State::isNews)
        .map(state -> new Alert(series, state.firing(), state.changed()));
  }

  /// @return whether there is a place for it
  private synchronized boolean taken(Alert alert, Instant told, Instant logged) {
    State held = states.get(alert.series());
    if (held == null) {
      if (states.size() >= ALERTS_AT_MOST) {
        return false;
      }
      states.put(alert.series(), new State(alert.firing(), alert.changed(), told, logged));
      return true;
    }
    boolean same = held.firing() == alert.firing() && held.changed().equals(alert.changed());
    if (same) {
      states.put(
          alert.series(),
          new State(
              held.firing(),
              held.changed(),
              later(held.told(), told),
              later(held.logged(), logged)));
    } else if (!overtaken(alert, held)) {
      states.put(alert.series(), new State(alert.firing(), alert.changed(), told, logged));
    }
    return true;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /// Told late, or out of order: what came after it holds. Of one time the end does.
  private static boolean overtaken(Alert alert, State held) {
    return alert.changed().isBefore(held.changed())
        || (alert.changed().equals(held.changed()) && alert.firing());
  }

  private static Optional<Alert> alert(JsonNode alert, Map<String, String> more, Instant now) {
    boolean firing = alert.path("status").asText().equals("firing");
    boolean resolved = alert.path("status").asText().equals("resolved");
    Optional<Instant> changed = time(alert.path(firing ? "startsAt" : "endsAt"), now);
    Optional<SeriesKey> key = key(alert.path("labels"), more);
    return key.isEmpty() || changed.isEmpty() || firing == resolved
        ? Optional.empty()
        : Optional.of(new Alert(key.get(), firing, changed.get()));
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
