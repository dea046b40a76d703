package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Points as the running stack knows them. A point's number counts in its cell, so a cell has to be
/// named where several have a point of the same number.
///
/// @param timeout how long long work may take
record StackPoints(StackApi api, Duration timeout) implements PointSource {

  @Override
  public List<JsonNode> list(Optional<String> resource) {
    JsonNode resources = api.status().path("resources");
    List<JsonNode> entries = new ArrayList<>();
    boolean known = false;
    for (JsonNode candidate : resources) {
      String name = candidate.path("name").asText();
      if (resource.isEmpty() || resource.get().equals(name)) {
        known = true;
        entries.addAll(PointSource.entries(api.points(name)));
      }
    }
    if (resource.isPresent() && !known) {
      Names.known(api, List.of(resource.get()));
    }
    return entries;
  }

  @Override
  public JsonNode one(PointName point) {
    List<JsonNode> found =
        PointSource.entries(api.points(point.id().resource().value())).stream()
            .filter(entry -> entry.path("point").path("id").asText().equals(point.id().toString()))
            .filter(entry ->
                point.cell().isEmpty() || point.cell().get().equals(entry.path("cell").asText()))
            .toList();
    if (found.isEmpty()) {
      throw Failure.failed(
          "there is no point " + point.id() + point.cell().map(name -> " in " + name).orElse(""));
    }
    if (found.size() > 1) {
      throw Failure.wrongUse(
          "several cells have a point %s: name one of %s by --cell"
              .formatted(
                  point.id(),
                  String.join(
                      ", ", found.stream().map(entry -> entry.path("cell").asText()).toList())));
    }
    return found.getFirst();
  }

  @Override
  public JsonNode diff(PointName first, PointName second) {
    Optional<String> named = first.cell().or(second::cell);
    if (second.cell().isPresent() && !named.equals(second.cell())) {
      throw Failure.wrongUse(
          "%s and %s lie in two stores, and contents are comparable only within one: restore or"
                  .formatted(first, second)
              + " export them, and compare that");
    }
    String where = named.orElseGet(() -> cell(first));
    return api.diff(where, first.id().toString(), second.id().toString());
  }

  @Override
  public void accept(PointName point) {
    api.accept(cell(point), point.id().toString());
  }

  @Override
  public JsonNode say(PointName point, String what, Optional<String> text) {
    return api.say(cell(point), point.id().toString(), what, text);
  }

  @Override
  public JsonNode verify(PointName point, Console console) {
    return api.verify(cell(point), point.id().toString(), timeout);
  }

  @Override
  public void export(PointName point, String path, OutputStream out, Console console)
      throws IOException {
    JsonNode entry = one(point);
    ProgressLine progress =
        new ProgressLine(
            console, "exporting", path.isEmpty() ? entry.at("/point/bytes").asLong() : 0);
    api.export(
        entry.path("cell").asText(),
        point.id().toString(),
        path,
        new CountedOutput(out, progress),
        timeout);
    progress.done();
  }

  private String cell(PointName point) {
    return one(point).path("cell").asText();
  }
}
