package dev.gnomon.route;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.filesystem.objects.DirectoryObjectStores;
import dev.gnomon.redis.RedisLink;
import dev.gnomon.runtime.settings.DeclaredSettings;
import dev.gnomon.runtime.settings.Setting;
import dev.gnomon.s3.S3ObjectStores;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The settings of this module, as environment variables `GNOMON_ROUTE_...`.
@ApplicationScoped
class RouteSettings implements DeclaredSettings {
  static final Setting<Optional<URI>> CONTROL_STORE =
      Setting.optional(
          "gnomon.route.control-store",
          "URL of the control store: file:DIR or s3+http(s)://host[:port]/bucket[/prefix]",
          RouteSettings::storeUrl);
  static final Setting<Optional<String>> ACCESS_KEY =
      Setting.optional(
          "gnomon.route.access-key", "of an S3 control store (AWS_ACCESS_KEY_ID)", text -> text);
  static final Setting<Optional<String>> SECRET_KEY =
      Setting.optional(
          "gnomon.route.secret-key",
          "of an S3 control store (AWS_SECRET_ACCESS_KEY)",
          text -> text);
  static final Setting<Optional<String>> REGION =
      Setting.optional("gnomon.route.region", "of an S3 control store (AWS_REGION)", text -> text);
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
    return List.of(
        CONTROL_STORE,
        ACCESS_KEY,
        SECRET_KEY,
        REGION,
        REDIS_URL,
        STORE_IDENTITY,
        VERIFY_EVERY,
        CHAOS_CELL);
  }

  private static URI storeUrl(String text) {
    try {
      URI url = URI.create(text);
      if (DirectoryObjectStores.understands(url) || S3ObjectStores.understands(url)) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "expected file:DIR or s3+http(s)://host[:port]/bucket[/prefix], found '%s'"
            .formatted(text.replaceFirst("//[^/@]*@", "//***@")));
  }
}
