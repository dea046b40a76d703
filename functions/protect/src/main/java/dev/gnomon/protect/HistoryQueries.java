package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.history.Metric;
import dev.gnomon.core.history.Moment;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRoutes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Histories for plots: `from` and `to` are RFC 3339 times, by default the last hour; at most
/// `points` moments, each the mean of those around it.
@ApplicationScoped
class HistoryQueries implements ApiRoutes {
  private static final Duration DEFAULT_SPAN = Duration.ofHours(1);
  private static final int DEFAULT_POINTS = 360;
  private static final int MAX_POINTS = 5000;

  private final Catalogue catalogue;
  private final HistoryOfPlaces history;

  @Inject
  HistoryQueries(Catalogue catalogue, HistoryOfPlaces history) {
    this.catalogue = catalogue;
    this.history = history;
  }

  /// @param values as many as there are times; absent ones are null
  record Line(CellName cell, String metric, List<Optional<Double>> values) {}

  record History(
      ResourceName resource, Instant from, Instant to, List<Instant> times, List<Line> lines) {}

  @Override
  public void register(Api api) {
    api.get(
        "/resources/:name/merit/history",
        request -> {
          ResourceName name = request.path("name", ResourceName::new);
          Instant to = request.query("to", Instant::parse).orElseGet(Instant::now);
          Instant from = request.query("from", Instant::parse).orElse(to.minus(DEFAULT_SPAN));
          int points = request.query("points", HistoryQueries::points).orElse(DEFAULT_POINTS);
          return Answer.found(
              catalogue.resource(name).map(known -> of(name, from, to, points)),
              "resource " + name);
        });
  }

  private static int points(String text) {
    int points = Integer.parseInt(text);
    if (points < 1 || points > MAX_POINTS) {
      throw new IllegalArgumentException(
          "points must be in 1..%d: %d".formatted(MAX_POINTS, points));
    }
    return points;
  }

  private History of(ResourceName name, Instant from, Instant to, int points) {
    List<Moment> moments = thinned(history.of(name, from, to), from, to, points);
    Map<CellName, Integer> cells = new LinkedHashMap<>();
    moments.forEach(moment ->
        new TreeSet<>(moment.places().keySet().stream().map(CellName::value).toList())
            .forEach(cell -> cells.putIfAbsent(new CellName(cell), 0)));
    List<Line> lines = new ArrayList<>();
    for (CellName cell : cells.keySet()) {
      for (Metric metric : Metric.values()) {
        List<Optional<Double>> values =
            moments.stream()
                .map(moment ->
                    Optional.ofNullable(moment.places().getOrDefault(cell, Map.of()).get(metric)))
                .toList();
        if (values.stream().anyMatch(Optional::isPresent)) {
          lines.add(new Line(cell, metric.text(), values));
        }
      }
    }
    return new History(name, from, to, moments.stream().map(Moment::at).toList(), lines);
  }

  /// Means over equal spans.
  private static List<Moment> thinned(List<Moment> moments, Instant from, Instant to, int points) {
    if (moments.size() <= points) {
      return moments;
    }
    long span = Math.max(1, Math.ceilDiv(Duration.between(from, to).toSeconds(), points));
    Map<Long, List<Moment>> spans = new LinkedHashMap<>();
    moments.forEach(moment ->
        spans
            .computeIfAbsent(
                Duration.between(from, moment.at()).toSeconds() / span, any -> new ArrayList<>())
            .add(moment));
    return spans.values().stream().map(some -> Moment.mean(some.getFirst().at(), some)).toList();
  }
}
