package dev.gnomon.yaml;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.telemetry.Aspect;
import dev.gnomon.core.telemetry.Glob;
import dev.gnomon.core.telemetry.TelemetryPolicy;
import dev.gnomon.core.telemetry.TelemetryRule;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What could be read of how telemetry is taken in.
record TelemetryDraft(Section at) {
  private static final Duration FORGET_AT_LEAST = Duration.ofHours(1);
  private static final Duration FORGET_AT_MOST = Duration.ofDays(90);

  /// Values that the schema can't judge; before [#build].
  void checkValues() {
    forget()
        .filter(time -> time.compareTo(FORGET_AT_LEAST) < 0 || time.compareTo(FORGET_AT_MOST) > 0)
        .ifPresent(time -> at.at("forget").error("expected 1h to 90d, found " + time));
    Set<String> names = new HashSet<>();
    for (SourceDraft source : sources()) {
      source.checkValues();
      source
          .name()
          .filter(name -> !names.add(name))
          .ifPresent(name ->
              source.at().at("name").error("the source name '%s' is taken".formatted(name)));
    }
    for (Section rule : rules()) {
      once(rule, "resource", "resourceLabel");
      once(rule, "cell", "cellLabel");
      if (!rule.has("resource")
          && !rule.has("resourceLabel")
          && !rule.has("cell")
          && !rule.has("cellLabel")
          && rule.node().isObject()) {
        rule.error("expected resource, resourceLabel, cell or cellLabel, found none");
      }
    }
  }

  private static void once(Section rule, String fixed, String label) {
    if (rule.has(fixed) && rule.has(label)) {
      rule.at(label).error("expected %s or %s, found both".formatted(fixed, label));
    }
  }

  List<Section> rules() {
    return at.at("rules").items();
  }

  private List<SourceDraft> sources() {
    return at.at("sources").items().stream().map(SourceDraft::new).toList();
  }

  private Optional<Duration> forget() {
    return at.at("forget").duration();
  }

  /// Only for a draft in which no mistake was found.
  TelemetryPolicy build() {
    return new TelemetryPolicy(
        rules().stream().map(TelemetryDraft::rule).toList(),
        at.at("seriesAtMost").number().orElse(TelemetryPolicy.DEFAULT_SERIES_AT_MOST),
        forget().orElse(TelemetryPolicy.DEFAULT_FORGET),
        sources().stream().map(SourceDraft::build).toList(),
        at.at("tokens").items().stream()
            .flatMap(token -> NotificationDraft.secret(token).stream())
            .toList());
  }

  private static TelemetryRule rule(Section rule) {
    Map<String, Glob> match = new HashMap<>();
    for (String label : rule.at("match").node().propertyNames()) {
      rule.at("match").at(label).text().ifPresent(text -> match.put(label, new Glob(text)));
    }
    return new TelemetryRule(
        match,
        rule.at("resource").value(ResourceName::new),
        rule.at("cell").value(CellName::new),
        rule.at("resourceLabel").text(),
        rule.at("cellLabel").text(),
        rule.at("aspect").choice(Aspect.class));
  }
}
