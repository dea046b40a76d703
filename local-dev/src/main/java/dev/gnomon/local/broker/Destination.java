package dev.gnomon.local.broker;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/// Where events go, as manifests say it: a Service by name, an address, or an address relative to a
/// Service.
record Destination(Optional<String> service, Optional<URI> uri) {
  Destination {
    if (service.isEmpty() && uri.filter(URI::isAbsolute).isEmpty()) {
      throw new IllegalArgumentException("a destination needs a ref or an absolute uri");
    }
  }

  /// @param services address of every Service
  /// @throws IllegalArgumentException naming a Service that has no address
  URI resolve(Map<String, URI> services) {
    if (service.isEmpty()) {
      return uri.orElseThrow();
    }
    URI base = services.get(service.get());
    if (base == null) {
      throw new IllegalArgumentException(
          "Service '" + service.get() + "' has no address; known: " + services.keySet());
    }
    return uri.map(base::resolve).orElse(base);
  }
}
