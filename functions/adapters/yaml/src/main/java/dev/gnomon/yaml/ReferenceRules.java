package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Names are given once, every reference names something, dependencies have no cycle.
final class ReferenceRules {
  private ReferenceRules() {}

  static void check(CatalogueDraft draft) {
    once("cell", draft.cells(), CellDraft::name, CellDraft::at);
    once("resource", draft.resources(), ResourceDraft::name, ResourceDraft::at);
    once("webhook", draft.webhooks(), WebhookDraft::name, WebhookDraft::at);
    if (draft.at().has("control")) {
      draft.control().ifPresent(name -> cell(draft, name, draft.at().at("control").at("cell")));
    }
    for (ResourceDraft resource : draft.resources()) {
      resource.cell().ifPresent(name -> cell(draft, name, resource.at().at("cell")));
      for (ShadowDraft shadow : resource.shadows()) {
        shadow.cell().ifPresent(name -> cell(draft, name, shadow.at().at("cell")));
      }
      once("check", resource.at().at("checks").items(), c -> c.at("name").text(), c -> c);
    }
    dependencies(draft);
    webhooks(draft);
    telemetry(draft);
  }

  private static void telemetry(CatalogueDraft draft) {
    for (Section rule : draft.telemetry().rules()) {
      Section cell = rule.at("cell");
      cell.value(CellName::new).ifPresent(name -> cell(draft, name, cell));
      resource(draft, rule.at("resource"));
    }
  }

  private static void resource(CatalogueDraft draft, Section target) {
    target
        .value(ResourceName::new)
        .filter(name ->
            draft.resources().stream()
                .noneMatch(one -> one.name().filter(name::equals).isPresent()))
        .ifPresent(name -> target.error("unknown resource '" + name + "'"));
  }

  private static void webhooks(CatalogueDraft draft) {
    Map<Secret, String> owners = new HashMap<>();
    for (WebhookDraft webhook : draft.webhooks()) {
      String name = webhook.name().orElse("");
      for (Secret key : webhook.keys()) {
        String owner = owners.putIfAbsent(key, name);
        if (owner != null && !owner.equals(name)) {
          webhook
              .at()
              .at("keys")
              .error(
                  "'%s' has the same key: what one of them signed would be taken from the other"
                      .formatted(owner));
        }
      }
      webhook.rules().forEach(rule -> resource(draft, rule.at("resource")));
    }
  }

  private static <T, N> void once(
      String what, List<T> things, Function<T, Optional<N>> name, Function<T, Section> at) {
    Map<N, Section> first = new HashMap<>();
    for (T thing : things) {
      Optional<N> given = name.apply(thing);
      if (given.isEmpty()) {
        continue;
      }
      Section place = at.apply(thing).at("name");
      Section before = first.putIfAbsent(given.get(), place);
      if (before != null) {
        place.error(
            "the %s name '%s' is taken by line %d: names are given once"
                .formatted(what, given.get(), place.problems().lineOf(before.pointer())));
      }
    }
  }

  private static void cell(CatalogueDraft draft, CellName name, Section at) {
    if (!draft.hasCell(name)) {
      List<String> known =
          draft.cells().stream()
              .flatMap(cell -> cell.name().stream())
              .map(CellName::toString)
              .toList();
      at.error("unknown cell '%s', expected one of %s".formatted(name, String.join(", ", known)));
    }
  }

  private static void dependencies(CatalogueDraft draft) {
    Map<ResourceName, List<ResourceName>> graph = new HashMap<>();
    for (ResourceDraft resource : draft.resources()) {
      resource.name().ifPresent(name -> graph.putIfAbsent(name, dependsOn(resource)));
    }
    Set<ResourceName> reported = new HashSet<>();
    for (ResourceDraft resource : draft.resources()) {
      for (Section item : resource.at().at("dependsOn").items()) {
        Optional<ResourceName> target = item.value(ResourceName::new);
        if (target.isPresent() && !graph.containsKey(target.get())) {
          item.error("unknown resource '" + target.get() + "'");
        }
      }
      resource
          .name()
          .filter(name -> !reported.contains(name))
          .flatMap(name -> cycle(graph, name))
          .ifPresent(cycle -> {
            reported.addAll(cycle);
            resource.at().at("dependsOn").error("expected no cycle, found " + arrows(cycle));
          });
    }
  }

  private static List<ResourceName> dependsOn(ResourceDraft resource) {
    return resource.at().at("dependsOn").items().stream()
        .flatMap(item -> item.value(ResourceName::new).stream())
        .toList();
  }

  /// A shortest way from a resource back to itself.
  private static Optional<List<ResourceName>> cycle(
      Map<ResourceName, List<ResourceName>> graph, ResourceName start) {
    Map<ResourceName, ResourceName> cameFrom = new HashMap<>();
    List<ResourceName> queue = new ArrayList<>(List.of(start));
    for (int i = 0; i < queue.size(); i++) {
      ResourceName current = queue.get(i);
      for (ResourceName next : graph.getOrDefault(current, List.of())) {
        if (next.equals(start)) {
          return Optional.of(way(cameFrom, start, current));
        }
        if (cameFrom.putIfAbsent(next, current) == null) {
          queue.add(next);
        }
      }
    }
    return Optional.empty();
  }

  private static List<ResourceName> way(
      Map<ResourceName, ResourceName> cameFrom, ResourceName start, ResourceName last) {
    List<ResourceName> way = new ArrayList<>(List.of(start));
    for (ResourceName step = last; step != null && !step.equals(start); step = cameFrom.get(step)) {
      way.add(1, step);
    }
    way.add(start);
    return way;
  }

  private static String arrows(List<ResourceName> way) {
    return String.join(" -> ", way.stream().map(ResourceName::toString).toList());
  }
}
