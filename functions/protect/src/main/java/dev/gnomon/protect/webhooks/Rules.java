package dev.gnomon.protect.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.catalogue.WebhookSender;
import dev.gnomon.core.catalogue.WebhookSender.Rule;
import dev.gnomon.core.ids.ResourceName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Says which resources causes mean, by the rules of their sender.
record Rules(WebhookSender sender) {
  private static final int MAX_EVIDENCE = 20;

  /// One delivery and what it asks for.
  ///
  /// @param cause the one that began first of those that mean the same
  /// @param with the others
  /// @param wanted one a resource, at least one
  record Request(Cause cause, List<Cause> with, List<Wanted> wanted) {
    Request {
      with = List.copyOf(with);
      wanted = List.copyOf(wanted);
    }
  }

  /// Whether a cause means any resource.
  boolean mean(Cause cause) {
    return !means(cause).isEmpty();
  }

  /// Causes of one request that mean the same resources are one: the one that began first.
  ///
  /// @param causes none that was asked for before: what is new would be lost behind it
  /// @param now when the request came
  List<Request> requests(List<Cause> causes, Instant now) {
    Map<Set<ResourceName>, List<Cause>> same = new LinkedHashMap<>();
    for (Cause cause : causes) {
      Set<ResourceName> means = means(cause).keySet();
      if (!means.isEmpty()) {
        same.computeIfAbsent(means, any -> new ArrayList<>()).add(cause);
      }
    }
    return same.values().stream().map(together -> request(together, now)).toList();
  }

  private Request request(List<Cause> together, Instant now) {
    Cause first =
        together.stream()
            .min(Comparator.comparing(Cause::told).thenComparing(Cause::delivery))
            .orElseThrow();
    List<String> evidence =
        together.stream()
            .flatMap(cause -> Stream.concat(Stream.of(cause.what()), cause.evidence().stream()))
            .distinct()
            .limit(MAX_EVIDENCE)
            .toList();
    String reason =
        "webhook of %s '%s', delivery %s: %s"
            .formatted(
                sender.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                sender.name(),
                HookJson.shown(first.delivery()),
                first.what());
    // A clock that is ahead must not hide points that are older than the request.
    Instant told = first.told().isAfter(now) ? now : first.told();
    List<Wanted> wanted = new ArrayList<>();
    means(first)
        .forEach((resource, lookback) ->
            wanted.add(
                new Wanted(
                    resource,
                    told.minus(lookback),
                    first.began() ? Optional.empty() : Optional.of(told),
                    reason,
                    evidence)));
    List<Cause> others = together.stream().filter(cause -> cause != first).toList();
    return new Request(first, others, wanted);
  }

  /// The resources that a cause means, each with how long before the time it tells the trouble may
  /// have begun; of several rules for one resource the longest.
  private Map<ResourceName, Duration> means(Cause cause) {
    Map<ResourceName, Duration> found = new TreeMap<>(Comparator.comparing(ResourceName::value));
    for (Rule rule : sender.rules()) {
      if (fits(rule, cause)) {
        Duration lookback =
            rule.lookback().orElse(cause.began() ? Duration.ZERO : Rule.DEFAULT_LOOKBACK);
        found.merge(rule.resource(), lookback, (a, b) -> a.compareTo(b) > 0 ? a : b);
      }
    }
    return found;
  }

  private static boolean fits(Rule rule, Cause cause) {
    return rule.match().keySet().containsAll(cause.named())
        && rule.match().entrySet().stream()
            .allMatch(field ->
                find(cause.fields(), field.getKey())
                    .filter(field.getValue()::contains)
                    .isPresent());
  }

  /// The text of a plain field. Names may hold dots themselves, as labels of Kubernetes do.
  static Optional<String> find(@Nullable JsonNode at, String path) {
    if (at == null || !at.isObject()) {
      return Optional.empty();
    }
    JsonNode whole = at.get(path);
    if (whole != null) {
      return whole.isValueNode() && !whole.isNull()
          ? Optional.of(whole.asText())
          : Optional.empty();
    }
    for (int dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
      Optional<String> found = find(at.get(path.substring(0, dot)), path.substring(dot + 1));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
