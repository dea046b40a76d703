package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.shadow.Marks;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointMarks;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Points as a store alone has them.
///
/// @param url of the store
/// @param key address of its master key, if it is encrypted
record StorePoints(String url, Optional<String> key) implements PointSource {

  @Override
  public List<JsonNode> list(Optional<String> resource) {
    try (StoreUrl.Opened store = StoreUrl.openExisting(url, key)) {
      return resource
          .map(name -> List.of(new ResourceName(name)))
          .orElseGet(store::resources)
          .stream()
          .flatMap(name -> list(store, name))
          .toList();
    }
  }

  private static Stream<JsonNode> list(StoreUrl.Opened store, ResourceName name) {
    Map<PointId, Marks> marks = store.stores().marks().of(name);
    return store.shadows().points(name).stream()
        .map(point -> entry(point, marks.getOrDefault(point.id(), Marks.NONE)));
  }

  @Override
  public JsonNode one(PointName point) {
    return on(point, store -> entry(store, point));
  }

  @Override
  public JsonNode diff(PointName first, PointName second) {
    alone(second);
    return on(
        first,
        store -> {
          Point a = found(store, first);
          Point b = found(store, second);
          return PointView.json(store.shadows().diff(a.id(), b.id()));
        });
  }

  @Override
  public void accept(PointName point) {
    on(
        point,
        store -> {
          store.expiry().accept(found(store, point).id());
          return point;
        });
  }

  @Override
  public JsonNode say(PointName point, String what, Optional<String> text) {
    return on(
        point,
        store -> {
          say(store.stores().marks(), found(store, point).id(), what, text);
          return entry(store, point);
        });
  }

  private static void say(PointMarks marks, PointId point, String what, Optional<String> text) {
    try {
      switch (what) {
        case "tag" -> marks.tag(point, text.orElse(""));
        case "untag" -> marks.untag(point, text.orElse(""));
        case "hold" -> marks.hold(point, text.orElse(""));
        default -> marks.release(point, text);
      }
    } catch (Refusal e) {
      throw Failure.failed(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public JsonNode verify(PointName point, Console console) {
    return on(
        point,
        store -> {
          Point found = found(store, point);
          ProgressLine progress = new ProgressLine(console, "reading", found.bytes());
          JsonNode result =
              Json.MAPPER.valueToTree(store.stores().contents().verify(found.id(), progress));
          progress.done();
          return result;
        });
  }

  @Override
  public void export(PointName point, String path, OutputStream out, Console console) {
    on(
        point,
        store -> {
          Point found = found(store, point);
          ProgressLine progress =
              new ProgressLine(console, "exporting", path.isEmpty() ? found.bytes() : 0);
          try {
            store.stores().contents().export(found.id(), path, out, progress);
          } catch (IllegalArgumentException e) {
            throw Failure.failed(String.valueOf(e.getMessage()));
          } finally {
            progress.done();
          }
          return point;
        });
  }

  private <T> T on(PointName point, Function<StoreUrl.Opened, T> work) {
    alone(point);
    try (StoreUrl.Opened store = StoreUrl.openExisting(url, key)) {
      return work.apply(store);
    }
  }

  private static void alone(PointName point) {
    if (point.cell().isPresent()) {
      throw Failure.wrongUse(
          "a store alone knows no cells: leave the cell of %s out".formatted(point));
    }
  }

  private static Point found(StoreUrl.Opened store, PointName name) {
    return store
        .shadows()
        .point(name.id())
        .orElseThrow(
            () -> Failure.failed("there is no point %s in the store".formatted(name.id())));
  }

  private static JsonNode entry(StoreUrl.Opened store, PointName name) {
    return entry(found(store, name), store.stores().marks().of(name.id()));
  }

  private static JsonNode entry(Point point, Marks marks) {
    ObjectNode entry = Json.MAPPER.createObjectNode();
    entry.set("point", PointView.json(point));
    entry.set("tags", Json.MAPPER.valueToTree(marks.tags()));
    entry.set("holds", Json.MAPPER.valueToTree(marks.holds()));
    return entry.put("expiring", marks.expiring());
  }
}
