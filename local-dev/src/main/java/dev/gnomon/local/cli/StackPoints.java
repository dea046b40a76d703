package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.ids.PointId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Points as the running stack knows them. A point's number counts in its cell, so a cell has to be
/// named where several have a point of the same number.
///
/// @param cell empty: the only one that has the point
record StackPoints(StackApi api, Optional<String> cell) implements PointsCommand.PointSource {

  @Override
  public List<JsonNode> list(Optional<String> resource) {
    JsonNode resources = api.status().path("resources");
    List<JsonNode> entries = new ArrayList<>();
    boolean known = false;
    for (JsonNode candidate : resources) {
      String name = candidate.path("name").asText();
      if (resource.isEmpty() || resource.get().equals(name)) {
        known = true;
        entries.addAll(PointsCommand.entries(api.points(name)));
      }
    }
    if (resource.isPresent() && !known) {
      Names.known(api, List.of(resource.get()));
    }
    return entries;
  }

  @Override
  public JsonNode one(String point) {
    List<JsonNode> found =
        PointsCommand.entries(api.points(PointId.parse(point).resource().value())).stream()
            .filter(entry -> entry.path("point").path("id").asText().equals(point))
            .filter(entry -> cell.isEmpty() || cell.get().equals(entry.path("cell").asText()))
            .toList();
    if (found.isEmpty()) {
      throw Failure.failed(
          "there is no point " + point + cell.map(name -> " in " + name).orElse(""));
    }
    if (found.size() > 1) {
      throw Failure.wrongUse(
          "several cells have a point %s: name one of %s by --cell"
              .formatted(
                  point,
                  String.join(
                      ", ", found.stream().map(entry -> entry.path("cell").asText()).toList())));
    }
    return found.getFirst();
  }

  @Override
  public JsonNode diff(String first, String second) {
    String where = cell.orElseGet(() -> one(first).path("cell").asText());
    return api.diff(where, first, second);
  }

  @Override
  public void accept(String point) {
    api.accept(one(point).path("cell").asText(), point);
  }
}
