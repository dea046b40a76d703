package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.shadow.Point;
import java.util.List;
import java.util.Optional;

/// Points as a store alone has them.
///
/// @param url of the store
/// @param key address of its master key, if it is encrypted
record StorePoints(String url, Optional<String> key) implements PointsCommand.PointSource {

  @Override
  public List<JsonNode> list(Optional<String> resource) {
    try (StoreUrl.Opened store = StoreUrl.openExisting(url, key)) {
      return resource
          .map(name -> List.of(new ResourceName(name)))
          .orElseGet(store::resources)
          .stream()
          .flatMap(name -> store.shadows().points(name).stream())
          .map(StorePoints::entry)
          .toList();
    }
  }

  @Override
  public JsonNode one(String point) {
    PointId id = PointId.parse(point);
    try (StoreUrl.Opened store = StoreUrl.openExisting(url, key)) {
      return entry(found(store, id));
    }
  }

  @Override
  public JsonNode diff(String first, String second) {
    try (StoreUrl.Opened store = StoreUrl.openExisting(url, key)) {
      Point a = found(store, PointId.parse(first));
      Point b = found(store, PointId.parse(second));
      return PointView.json(store.shadows().diff(a.id(), b.id()));
    }
  }

  @Override
  public void accept(String point) {
    try (StoreUrl.Opened store = StoreUrl.openExisting(url, key)) {
      store.expiry().accept(found(store, PointId.parse(point)).id());
    }
  }

  private static Point found(StoreUrl.Opened store, PointId id) {
    return store
        .shadows()
        .point(id)
        .orElseThrow(() -> Failure.failed("there is no point %s in the store".formatted(id)));
  }

  private static JsonNode entry(Point point) {
    ObjectNode entry = Json.MAPPER.createObjectNode();
    entry.set("point", PointView.json(point));
    return entry;
  }
}
