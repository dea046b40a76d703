package dev.gnomon.protect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.automation.Approvals;
import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.automation.DecisionLog;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.Json;
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
  private final Approvals approvals;

  @Inject
  DecisionQueries(Catalogue catalogue, DecisionLog decisions, Approvals approvals) {
    this.catalogue = catalogue;
    this.decisions = decisions;
    this.approvals = approvals;
  }

  /// A decision with how its approval stands, if it asks for one.
  private ObjectNode explained(String id, Decision decision) {
    ObjectNode node = Json.MAPPER.valueToTree(decision);
    if (decision.asked().isPresent()) {
      node.set("approval", Json.MAPPER.valueToTree(approvals.of(id)));
    }
    return node;
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
          return Answer.found(
              decisions.find(id).map(decision -> explained(id, decision)), "decision " + id);
        });
  }
}
