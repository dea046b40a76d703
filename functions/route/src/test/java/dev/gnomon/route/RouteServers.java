package dev.gnomon.route;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import dev.gnomon.redis.RedisLink;
import dev.gnomon.redis.RedisRouteIndex;
import dev.gnomon.verification.routes.RedisServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/// A control store in a directory and a Redis, for the deployable under test and for the test that
/// switches beside it.
public class RouteServers implements QuarkusTestResourceLifecycleManager {
  private RedisServer redis;
  private Path directory;
  private RedisLink link;
  private Switcher switcher;

  /// What a test works with: the servers, and tables as another process has them.
  ///
  /// @param withoutRedis its switches are not seen by the index
  record Switcher(RedisServer redis, Path directory, RouteTable table, RouteTable withoutRedis) {}

  @Override
  public Map<String, String> start() {
    try {
      directory = Files.createTempDirectory("gnomon-route");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    redis = RedisServer.start();
    link = RedisLink.open(redis.url() + "?timeout=60s");
    ControlRecords records =
        new ControlRecords(
            DirectoryObjectStore.open(directory, Clock.systemUTC()),
            () -> UUID.randomUUID().toString());
    StoreIdentity identity = StoreIdentity.of(records, UUID.randomUUID().toString());
    switcher =
        new Switcher(
            redis,
            directory,
            new RouteTable(records, new RedisRouteIndex(link, () -> identity)),
            new RouteTable(records, RouteIndex.none()));
    return Map.of(
        "gnomon.route.control-store",
        directory.toUri().toString(),
        "gnomon.route.redis-url",
        redis.url() + "?timeout=60s",
        "gnomon.route.verify-every",
        "PT0.05S");
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(switcher, new TestInjector.MatchesType(Switcher.class));
  }

  @Override
  public void stop() {
    link.close();
    redis.close();
    try (Stream<Path> left = Files.walk(directory)) {
      for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
