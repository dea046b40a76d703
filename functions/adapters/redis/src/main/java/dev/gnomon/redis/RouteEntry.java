package dev.gnomon.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.StoreIdentity;
import java.io.UncheckedIOException;
import java.util.Optional;

/// How a route stands in Redis: under `gnomon:(store):{(resource)}:route`, the braces being the
/// hash tag that Cluster places it by, the text `(epoch, 20 digits) (route as JSON)`. The digits in
/// front let the script compare epochs as text, exactly; a Lua number holds only 53 bits.
final class RouteEntry {
  private static final int PREFIX = 21;

  private RouteEntry() {}

  static String key(StoreIdentity store, ResourceName resource) {
    return "gnomon:" + store.id() + ":{" + resource + "}:route";
  }

  /// What every entry of this epoch begins with.
  static String prefix(Epoch epoch) {
    return epoch.padded() + " ";
  }

  static String encode(Route route) {
    try {
      return prefix(route.epoch()) + Json.MAPPER.writeValueAsString(route);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @return empty if the text is not a whole entry of this resource
  static Optional<Route> decode(ResourceName resource, String text) {
    if (text.length() <= PREFIX) {
      return Optional.empty();
    }
    try {
      Route route = Json.MAPPER.readValue(text.substring(PREFIX), Route.class);
      boolean whole = route.resource().equals(resource) && text.startsWith(prefix(route.epoch()));
      return whole ? Optional.of(route) : Optional.empty();
    } catch (JsonProcessingException | NullPointerException e) {
      return Optional.empty();
    }
  }
}
