package dev.gnomon.route;

import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.runtime.settings.DeclaredSettings;
import dev.gnomon.runtime.settings.Setting;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The settings of this module, as environment variables `GNOMON_ROUTE_...`.
@ApplicationScoped
class RouteSettings implements DeclaredSettings {
  static final Setting<Optional<String>> CONTROL_STORE =
      Setting.optional(
          "gnomon.route.control-store",
          "URL of the control store: file:DIR or s3+http(s)://host/bucket/prefix",
          text -> text);
  static final Setting<Optional<String>> REDIS_URL =
      Setting.optional(
          "gnomon.route.redis-url",
          "URL of the index: redis://, rediss://, redis-sentinel:// or redis-cluster://; without"
              + " it every answer is read from the objects",
          text -> text);
  static final Setting<Optional<StoreIdentity>> STORE_IDENTITY =
      Setting.optional(
          "gnomon.route.store-identity",
          "what the control store holds under cell/identity; lets a process that starts while the"
              + " store is away answer from Redis",
          StoreIdentity::new);
  static final Setting<Duration> VERIFY_EVERY =
      Setting.required(
          "gnomon.route.verify-every",
          "how often at most an answer of the index is compared with the objects",
          Setting.duration(Duration.ofMillis(10), Duration.ofHours(1)));

  @Override
  public List<Setting<?>> settings() {
    return List.of(CONTROL_STORE, REDIS_URL, STORE_IDENTITY, VERIFY_EVERY);
  }
}
