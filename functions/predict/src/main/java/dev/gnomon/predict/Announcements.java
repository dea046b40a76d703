package dev.gnomon.predict;

import dev.gnomon.core.prediction.Estimate;
import dev.gnomon.core.prediction.Feature;
import dev.gnomon.core.prediction.Foreseen;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.Sighting;
import dev.gnomon.events.FailurePredicted;
import dev.gnomon.events.Outgoing;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/// Says what is foreseen as events, each word on an episode under one id however often it is said.
@Singleton
public class Announcements {
  private final RouteTable routes;

  @Inject
  Announcements(PredictSources sources) {
    this(sources.routes());
  }

  /// For those who put a process together by hand.
  public Announcements(RouteTable routes) {
    this.routes = routes;
  }

  public List<Outgoing> of(List<Foreseen> foreseen) {
    return foreseen.stream().flatMap(one -> of(one).stream()).toList();
  }

  /// @return empty for a location that nobody is served from: it may be bad to switch to, but no
  ///   reason to switch
  private Optional<Outgoing> of(Foreseen foreseen) {
    Optional<FailurePredicted> event =
        switch (foreseen.subject()) {
          case Subject.OfCell(var cell) ->
              Optional.of(event(Optional.empty(), Optional.of(cell.value()), foreseen));
          case Subject.OfResource(var resource) ->
              Optional.of(event(Optional.of(resource.value()), Optional.empty(), foreseen));
          case Subject.OfLocation(var resource, var cell) ->
              routes
                  .glance(resource)
                  .map(Sighting::route)
                  .filter(route -> route.primary().cell().equals(cell))
                  .map(route -> event(Optional.of(resource.value()), Optional.empty(), foreseen));
        };
    return event.map(data ->
        Outgoing.of("episodes/%s/%s".formatted(foreseen.subject(), foreseen.episode()), data));
  }

  private static FailurePredicted event(
      Optional<String> resource, Optional<String> cell, Foreseen foreseen) {
    Estimate estimate = foreseen.estimate();
    return new FailurePredicted(
        resource,
        cell,
        estimate.onset().orElseThrow(),
        foreseen.expected(),
        estimate.confidence(),
        foreseen.evidence(),
        Optional.of(estimate.probability()),
        Optional.of(Math.max(1, estimate.horizon().toSeconds())),
        Optional.of(estimate.model()),
        Optional.of(estimate.contributions().stream().map(Announcements::feature).toList()));
  }

  private static FailurePredicted.Feature feature(Estimate.Contribution contribution) {
    return new FailurePredicted.Feature(
        contribution.feature(),
        contribution.value(),
        Feature.named(contribution.feature()).map(Feature::unit),
        contribution.effect(),
        contribution.says());
  }
}
