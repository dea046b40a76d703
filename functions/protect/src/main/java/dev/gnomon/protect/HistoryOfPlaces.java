package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.history.HistoryPages;
import dev.gnomon.core.history.KeepHistory;
import dev.gnomon.core.history.Metric;
import dev.gnomon.core.history.Moment;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.Appraisal.Role;
import dev.gnomon.core.merit.Inputs;
import dev.gnomon.core.merit.Ranking;
import dev.gnomon.core.merit.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/// Keeps what rankings say of places over time. Thread-safe.
public final class HistoryOfPlaces {
  private static final double MILLIS = 1e3;

  /// Each time the pages of one resource.
  private static final Duration CONDENSE_EVERY = Duration.ofMinutes(1);

  private final Catalogue catalogue;
  private final HistoryPages pages;
  private final KeepHistory keeper;
  private final BiFunction<Resource, CellName, Optional<Duration>> following;
  private int next;
  private Instant condensed = Instant.EPOCH;

  /// @param following how far a replica that follows is behind, where that is known
  public HistoryOfPlaces(
      Catalogue catalogue,
      HistoryPages pages,
      BiFunction<Resource, CellName, Optional<Duration>> following) {
    this.catalogue = catalogue;
    this.pages = pages;
    this.keeper = new KeepHistory(pages);
    this.following = following;
  }

  void add(Resource resource, Ranking ranking) {
    Map<CellName, Map<Metric, Double>> places = new HashMap<>();
    Stream.concat(Stream.of(ranking.serving()), ranking.candidates().stream())
        .forEach(standing -> places.put(standing.cell(), values(resource, standing)));
    keeper.add(resource.name(), new Moment(ranking.tracked().at(), places));
  }

  private Map<Metric, Double> values(Resource resource, Standing standing) {
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    Inputs inputs = standing.inputs();
    values.put(Metric.MERIT, standing.merit().value());
    values.put(Metric.SERVES, standing.role() == Role.PRIMARY ? 1.0 : 0.0);
    put(values, Metric.HEALTH, inputs.health());
    put(values, Metric.LATENCY, inputs.latency());
    put(values, Metric.RISK, inputs.risk());
    inputs.lag().ifPresent(lag -> values.put(Metric.LAG, seconds(lag)));
    following
        .apply(resource, standing.cell())
        .ifPresent(lag -> values.put(Metric.FOLLOWING, seconds(lag)));
    return values;
  }

  private static void put(Map<Metric, Double> values, Metric metric, OptionalDouble value) {
    if (value.isPresent()) {
      values.put(metric, value.getAsDouble());
    }
  }

  private static double seconds(Duration duration) {
    return Math.max(0, duration.toMillis() / MILLIS);
  }

  void flush() {
    keeper.flush();
  }

  /// Looks after the old pages of one resource, each time of the next one.
  synchronized void condense(Instant now) {
    List<Resource> all = catalogue.resources();
    if (!all.isEmpty() && !condensed.plus(CONDENSE_EVERY).isAfter(now)) {
      condensed = now;
      next = (next + 1) % all.size();
      var unused = pages.condense(all.get(next).name(), now);
    }
  }

  /// What is stored, and what this process has not stored yet.
  List<Moment> of(ResourceName resource, Instant from, Instant to) {
    Map<Instant, Moment> moments = new TreeMap<>();
    pages.between(resource, from, to).forEach(moment -> moments.put(moment.at(), moment));
    keeper.waiting(resource).stream()
        .filter(moment -> !moment.at().isBefore(from) && moment.at().isBefore(to))
        .forEach(moment -> moments.put(moment.at(), moment));
    return new ArrayList<>(moments.values());
  }
}
