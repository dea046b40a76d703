package dev.gnomon.images;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.local.servers.CellBucket;
import dev.gnomon.local.servers.EmbeddedRedis;
import dev.gnomon.local.servers.EmbeddedS3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// What deployables need around them: an S3 server with the stores of two cells, a Redis, a
/// catalogue with one protected directory, and a sink for what they tell. All on the loopback.
public final class Surroundings implements AutoCloseable {
  /// The protected directory's name.
  public static final String RESOURCE = "site";

  private static final String BUCKET = "stores";

  private final Path directory;
  private final String store;
  private final String accessKey;
  private final String secretKey;
  private final String redis;
  private final Sink sink;
  private final List<AutoCloseable> servers;

  private Surroundings(
      Path directory,
      String store,
      String accessKey,
      String secretKey,
      String redis,
      List<AutoCloseable> servers)
      throws IOException {
    this.directory = directory;
    this.store = store;
    this.accessKey = accessKey;
    this.secretKey = secretKey;
    this.redis = redis;
    this.sink = Sink.start();
    this.servers = List.copyOf(servers);
    Files.writeString(
        Files.createDirectories(directory.resolve("site")).resolve("file"), "content");
    Files.writeString(catalogueFile(), catalogue());
  }

  /// With servers of its own.
  ///
  /// @param directory that is there and empty; a test or a training run removes it
  public static Surroundings start(Path directory) throws IOException {
    String access = "gnomon-" + UUID.randomUUID();
    String secret = UUID.randomUUID().toString();
    Path objects = Files.createDirectories(directory.resolve("objects"));
    CellBucket bucket = new CellBucket(new CellName(BUCKET), BUCKET, access, secret);
    Files.createDirectories(objects.resolve(BUCKET));
    EmbeddedS3 s3 = EmbeddedS3.start(objects, List.of(bucket));
    EmbeddedRedis redis =
        EmbeddedRedis.start(
            Files.createDirectories(directory.resolve("redis")), UUID.randomUUID().toString());
    return new Surroundings(
        directory,
        "s3+" + s3.endpoint() + "/" + BUCKET,
        access,
        secret,
        redis.url(),
        List.of(redis, s3));
  }

  /// With servers that somebody else runs.
  ///
  /// @param store a bucket, `s3+http://host:port/bucket`
  public static Surroundings of(
      Path directory, String store, String accessKey, String secretKey, String redis)
      throws IOException {
    return new Surroundings(directory, store, accessKey, secretKey, redis, List.of());
  }

  public Sink sink() {
    return sink;
  }

  /// The bucket, as catalogues name it.
  public String store() {
    return store;
  }

  public Path catalogueFile() {
    return directory.resolve("gnomon.yaml");
  }

  /// Of the object store, as variables of the environment.
  public Map<String, String> keys() {
    return Map.of("AWS_ACCESS_KEY_ID", accessKey, "AWS_SECRET_ACCESS_KEY", secretKey);
  }

  /// What the manifests give a deployable, as variables of its environment.
  public Map<String, String> environment(Deployable deployable) {
    String catalogue = catalogueFile().toString();
    Map<String, String> variables = new HashMap<>(keys());
    variables.putAll(
        Map.of(
            "K_SINK",
            sink.address().toString(),
            "QUARKUS_HTTP_HOST",
            "127.0.0.1",
            "QUARKUS_HTTP_PORT",
            "0"));
    switch (deployable) {
      case PROTECT -> {
        variables.put("GNOMON_PROTECT_CATALOGUE", catalogue);
        variables.put("GNOMON_PROTECT_REDIS_URL", redis);
        variables.put("GNOMON_PROTECT_STATE_DIRECTORY", directory.resolve("state").toString());
      }
      case PREDICT -> {
        variables.put("GNOMON_PREDICT_CATALOGUE", catalogue);
        variables.put("GNOMON_PREDICT_CONTROL_STORE", store + "/west");
        variables.put("GNOMON_PREDICT_REDIS_URL", redis);
      }
      case ROUTE -> {
        variables.put("GNOMON_ROUTE_CONTROL_STORE", store + "/west");
        variables.put("GNOMON_ROUTE_REDIS_URL", redis);
      }
    }
    return variables;
  }

  private String catalogue() {
    return """
    cells:
      - { name: east, store: "%1$s/east" }
      - { name: west, store: "%1$s/west" }
    control: { cell: west }
    resources:
      - name: %2$s
        kind: directory
        cell: east
        location: "%3$s"
        shadow: { cell: west, type: differential }
        rollback: restore
        allowAdvisoryFence: true
    """
        .formatted(store, RESOURCE, directory.resolve("site"));
  }

  @Override
  public void close() {
    sink.close();
    for (AutoCloseable server : servers) {
      try {
        server.close();
      } catch (Exception e) {
        throw new IllegalStateException("a server does not stop: " + e.getMessage(), e);
      }
    }
  }
}
