package dev.gnomon.protect;

import dev.gnomon.core.automation.DecisionLog;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRoutes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;

/// What people may ask of decisions.
@ApplicationScoped
class DecisionQueries implements ApiRoutes {
  private static final int MAX_SHOWN = 100;

  private final Catalogue catalogue;
  private final DecisionLog decisions;

  @Inject
  DecisionQueries(Catalogue catalogue, DecisionLog decisions) {
    this.catalogue = catalogue;
    this.decisions = decisions;
  }

  @Override
  public void register(Api api) {
    api.get(
        "/decisions",
        request -> {
          List<ResourceName> resources =
              request
                  .query("resource", ResourceName::new)
                  .map(List::of)
                  .orElseGet(() -> catalogue.resources().stream().map(Resource::name).toList());
          return Answer.of(Map.of("decisions", decisions.newest(resources, MAX_SHOWN)));
        });
    api.get(
        "/decisions/:id",
        request -> {
          String id = request.path("id", text -> text);
          return Answer.found(decisions.find(id), "decision " + id);
        });
  }
}
