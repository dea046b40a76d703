package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.MeritWeights;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.Appraisal;
import dev.gnomon.core.merit.Blocks;
import dev.gnomon.core.merit.Merit;
import dev.gnomon.core.merit.Ranking;
import dev.gnomon.core.merit.RefineWeights;
import dev.gnomon.core.merit.Standing;
import dev.gnomon.core.merit.WatchMerit;
import dev.gnomon.core.merit.WeightsChange;
import dev.gnomon.core.rollback.RollbackViews;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRoutes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What people may ask of merit, and say about it.
@ApplicationScoped
class MeritQueries implements ApiRoutes {
  private static final int MAX_CHANGES = 50;

  private final Catalogue catalogue;
  private final RouteTable routes;
  private final WatchMerit watch;
  private final RefineWeights weights;
  private final Blocks blocks;
  private final Rollbacks rollbacks;
  private final RollbackViews views;

  @Inject
  MeritQueries(
      Catalogue catalogue,
      RouteTable routes,
      WatchMerit watch,
      RefineWeights weights,
      Blocks blocks,
      Rollbacks rollbacks,
      RollbackViews views) {
    this.catalogue = catalogue;
    this.routes = routes;
    this.watch = watch;
    this.weights = weights;
    this.blocks = blocks;
    this.rollbacks = rollbacks;
    this.views = views;
  }

  /// @param gap ahead of the place that serves, over what is known of both
  /// @param ahead since when that is more than merit.gap
  record PlaceLine(
      CellName cell,
      boolean serves,
      Merit merit,
      double trust,
      List<Appraisal.Part> parts,
      Optional<Duration> lag,
      Optional<Double> gap,
      Optional<Instant> ahead,
      Optional<String> excluded) {
    static PlaceLine of(Standing standing, boolean serves) {
      return new PlaceLine(
          standing.cell(),
          serves,
          standing.merit(),
          standing.trust(),
          standing.appraisal().parts(),
          standing.inputs().lag(),
          standing.versus().map(Standing.Versus::gap),
          standing.leads(),
          standing.excluded());
    }
  }

  /// @param returns what an automatic return to the old primary waits for, if one does
  record ResourceLine(
      ResourceName resource,
      List<PlaceLine> places,
      List<Blocks.Entry> blocks,
      Optional<String> returns) {}

  record Overview(double gap, Duration sustained, List<ResourceLine> resources) {}

  record WeightsView(MeritWeights configured, MeritWeights inForce, List<WeightsChange> changes) {}

  record Lifted(ResourceName resource, List<Blocks.Entry> lifted) {}

  record Ordered(ResourceName resource, Optional<String> rollback) {}

  record Nothing() {}

  @Override
  public void register(Api api) {
    api.get("/merit", request -> Answer.of(overview(catalogue.resources())));
    api.get(
        "/merit/weights",
        request -> {
          MeritWeights configured = watch.policy().weights();
          return Answer.of(
              new WeightsView(
                  configured, weights.inForce(configured), weights.newest(MAX_CHANGES)));
        });
    api.get(
        "/resources/:name/merit",
        request -> {
          ResourceName name = request.path("name", ResourceName::new);
          return Answer.found(
              catalogue.resource(name).map(resource -> overview(List.of(resource))),
              "resource " + name);
        });
    api.post(
        "/resources/:name/merit/unblock",
        Nothing.class,
        (request, nothing) -> {
          ResourceName name = request.path("name", ResourceName::new);
          return Answer.found(
              catalogue
                  .resource(name)
                  .map(known -> new Lifted(name, blocks.lift(name, "a person lifted it"))),
              "resource " + name);
        });
    api.post(
        "/resources/:name/merit/return",
        Nothing.class,
        (request, nothing) -> {
          ResourceName name = request.path("name", ResourceName::new);
          return Answer.found(
              catalogue.resource(name).map(known -> new Ordered(name, rollbacks.returnNow(known))),
              "resource " + name);
        });
  }

  private Overview overview(List<Resource> resources) {
    MeritWeights inForce = watch.weights();
    return new Overview(
        watch.policy().gap(),
        watch.policy().sustained(),
        resources.stream().flatMap(resource -> line(resource, inForce).stream()).toList());
  }

  private Optional<ResourceLine> line(Resource resource, MeritWeights inForce) {
    return routes
        .current(resource.name())
        .map(route -> {
          Ranking ranking = watch.rank(resource, route, inForce);
          return new ResourceLine(
              resource.name(),
              Stream.concat(
                      Stream.of(PlaceLine.of(ranking.serving(), true)),
                      ranking.candidates().stream().map(one -> PlaceLine.of(one, false)))
                  .toList(),
              blocks.of(resource.name()),
              views.returnWaits(route));
        });
  }
}
