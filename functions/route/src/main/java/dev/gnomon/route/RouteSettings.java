package dev.gnomon.route;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.filesystem.objects.DirectoryObjectStores;
import dev.gnomon.redis.RedisLink;
import dev.gnomon.runtime.settings.ControlStoreSettings;
import dev.gnomon.runtime.settings.DeclaredSettings;
import dev.gnomon.runtime.settings.Setting;
import dev.gnomon.s3.S3ObjectStores;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The settings of this module, as environment variables `GNOMON_ROUTE_...`.
@ApplicationScoped
class RouteSettings implements DeclaredSettings {
  static final ControlStoreSettings CONTROL_STORE =
      ControlStoreSettings.of(
          "route",
          url -> DirectoryObjectStores.understands(url) || S3ObjectStores.understands(url));
  static final Setting<Optional<String>> REDIS_URL =
      Setting.optional(
          "gnomon.route.redis-url",
          "URL of the index: redis://, rediss://, redis-sentinel:// or redis-cluster://; without"
              + " it every answer is read from the objects",
          RedisLink::checkedUrl);
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

  static final Setting<Optional<CellName>> CHAOS_CELL =
      Setting.optional(
          "gnomon.route.chaos-cell",
          "cell of the control store: with it this process suffers what experiments do to that"
              + " cell and to Redis",
          CellName::new);

  @Override
  public List<Setting<?>> settings() {
    return Stream.<Setting<?>>concat(
            CONTROL_STORE.all().stream(),
            Stream.of(REDIS_URL, STORE_IDENTITY, VERIFY_EVERY, CHAOS_CELL))
        .toList();
  }
}
