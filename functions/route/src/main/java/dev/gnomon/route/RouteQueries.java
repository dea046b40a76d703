package dev.gnomon.route;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.Sighting;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRequest;
import dev.gnomon.runtime.http.ApiRoutes;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import dev.gnomon.runtime.settings.Setting;
import dev.gnomon.runtime.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.virtual.threads.VirtualThreads;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/// `GET /routes/(resource)` and `GET /routes`. The entity tag is the epoch; the header
/// `Gnomon-Source` says whether the answer came from `redis` or from the `objects`; `?fresh=true`
/// reads the objects. A route is shown as it is stored.
@ApplicationScoped
class RouteQueries implements ApiRoutes {
  private static final String REQUESTS = "gnomon.route.requests";
  private static final String SOURCE = "Gnomon-Source";

  private final RouteLookup lookup;
  private final MeterRegistry meters;

  @Inject
  RouteQueries(
      RouteSources sources,
      Settings settings,
      MeterRegistry meters,
      @VirtualThreads ExecutorService background) {
    this.lookup =
        new RouteLookup(
            sources, settings.get(RouteSettings.VERIFY_EVERY), System::nanoTime, background);
    this.meters = meters;
  }

  @Override
  public void register(Api api) {
    api.get("/routes/:resource", this::one);
    api.get("/routes", this::all);
  }

  private Answer one(ApiRequest request) {
    ResourceName resource = request.path("resource", ResourceName::new);
    Sighting sighting =
        lookup
            .find(resource, fresh(request))
            .orElseThrow(() -> {
              count("none");
              return Rejection.of(
                  ProblemKind.NOT_FOUND, "there is no route of resource '" + resource + "'");
            });
    count(name(sighting));
    return new Answer(
        200,
        Optional.of(sighting.route()),
        Map.of(
            "ETag",
            "\"" + sighting.route().epoch() + "\"",
            "Cache-Control",
            "no-cache",
            SOURCE,
            name(sighting)));
  }

  private Answer all(ApiRequest request) {
    List<Sighting> sightings = lookup.all(fresh(request));
    sightings.forEach(sighting -> count(name(sighting)));
    return Answer.of(sightings.stream().map(Sighting::route).toList());
  }

  private static boolean fresh(ApiRequest request) {
    return request.query("fresh", Setting::truth).orElse(false);
  }

  private void count(String source) {
    meters.counter(REQUESTS, "source", source).increment();
  }

  private static String name(Sighting sighting) {
    return switch (sighting.source()) {
      case INDEX -> "redis";
      case OBJECTS -> "objects";
    };
  }
}
