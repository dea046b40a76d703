package dev.gnomon.predict;

import com.sun.net.httpserver.HttpServer;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import dev.gnomon.redis.RedisLink;
import dev.gnomon.redis.RedisVitals;
import dev.gnomon.verification.routes.RedisServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/// A catalogue, a control store in a directory and a Redis, for the deployable under test.
public class PredictPlace implements QuarkusTestResourceLifecycleManager {
  private HttpServer exporter;
  private RedisServer redis;
  private Path directory;
  private RedisLink link;
  private RedisVitals vitals;

  /// Lines of `telemetry` in the catalogue, beside rules and sources.
  private String more = "";

  @Override
  public void init(Map<String, String> arguments) {
    more = arguments.getOrDefault("telemetry", "");
  }

  @Override
  public Map<String, String> start() {
    redis = RedisServer.start();
    link = RedisLink.open(redis.url() + "?timeout=60s");
    Path catalogue;
    try {
      exporter = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      exporter.createContext(
          "/metrics",
          exchange -> {
            byte[] body = "shop_queue_length 7\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      exporter.start();
      directory = Files.createTempDirectory("gnomon-predict");
      catalogue =
          Files.writeString(
              directory.resolve("gnomon.yaml"),
              """
              cells: [{ name: east }, { name: west }]
              resources:
                - { name: orders, kind: directory, cell: east, location: orders, shadow: { cell: west } }
                - { name: shipments, kind: directory, cell: east, location: shipments, shadow: { cell: west } }
              telemetry:
                %s
                rules:
                  - { match: { job: "shop-*" }, resource: orders }
                  - { match: { job: "ship-*" }, resource: shipments }
                sources:
                  - { name: shop-exporter, scrape: "http://127.0.0.1:%d/metrics", every: 5s }
              """
                  .formatted(more, exporter.getAddress().getPort()));
      Files.createDirectory(directory.resolve("orders"));
      Files.createDirectory(directory.resolve("shipments"));
      Files.createDirectory(directory.resolve("control"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ControlRecords records =
        new ControlRecords(
            DirectoryObjectStore.open(directory.resolve("control"), Clock.systemUTC()),
            () -> UUID.randomUUID().toString());
    StoreIdentity identity = StoreIdentity.of(records, UUID.randomUUID().toString());
    vitals = new RedisVitals(link, () -> identity, RedisVitals.KEPT);
    return Map.of(
        "gnomon.predict.control-store",
        directory.resolve("control").toUri().toString(),
        "gnomon.predict.catalogue",
        catalogue.toString(),
        "gnomon.predict.redis-url",
        redis.url() + "?timeout=60s");
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(vitals, new TestInjector.MatchesType(RedisVitals.class));
  }

  @Override
  public void stop() {
    exporter.stop(0);
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
