package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.catalogue.WebhookSender;
import dev.gnomon.core.catalogue.WebhookSender.Kind;
import dev.gnomon.core.catalogue.WebhookSender.Rule;
import dev.gnomon.core.ids.ResourceName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What could be read of one sender of webhooks.
record WebhookDraft(Section at, Optional<String> name, Optional<Kind> kind, List<Secret> keys) {

  static WebhookDraft read(Section at) {
    return new WebhookDraft(
        at,
        at.at("name").text(),
        at.at("kind").choice(Kind.class),
        at.at("keys").items().stream()
            .flatMap(key -> NotificationDraft.secret(key).stream())
            .toList());
  }

  /// Values that the schema can't judge; before [#build].
  void checkValues() {
    if (at.has("tolerance")) {
      if (kind.isPresent() && kind.get() != Kind.GENERIC) {
        at.at("tolerance").error("only requests of kind generic tell their time, which is signed");
      }
      tolerance()
          .filter(tolerance -> tolerance.compareTo(WebhookSender.MAX_TOLERANCE) > 0)
          .ifPresent(tolerance ->
              at.at("tolerance")
                  .error(
                      "expected at most 1h: replays are only known so long, found " + tolerance));
    }
    at.at("maxAge").duration();
    rules().forEach(rule -> rule.at("lookback").duration());
    if (keys.size() > keys.stream().distinct().count()) {
      at.at("keys").error("expected every key once");
    }
  }

  List<Section> rules() {
    return at.at("rules").items();
  }

  /// Only for a draft in which no mistake was found.
  WebhookSender build() {
    return new WebhookSender(
        name.orElseThrow(),
        kind.orElseThrow(),
        keys,
        tolerance().orElse(WebhookSender.DEFAULT_TOLERANCE),
        at.at("perMinute").number().orElse(WebhookSender.DEFAULT_PER_MINUTE),
        at.at("maxAge").duration().orElse(WebhookSender.DEFAULT_MAX_AGE),
        rules().stream().map(WebhookDraft::rule).toList());
  }

  private Optional<Duration> tolerance() {
    return at.at("tolerance").duration();
  }

  private static Rule rule(Section rule) {
    Section match = rule.at("match");
    Map<String, Set<String>> fields = new HashMap<>();
    for (String path : match.node().propertyNames()) {
      Section values = match.at(path);
      fields.put(
          path,
          values
              .text()
              .map(Set::of)
              .orElseGet(() ->
                  values.items().stream()
                      .flatMap(value -> value.text().stream())
                      .collect(Collectors.toSet())));
    }
    return new Rule(
        fields,
        rule.at("resource").value(ResourceName::new).orElseThrow(),
        rule.at("lookback").duration());
  }
}
