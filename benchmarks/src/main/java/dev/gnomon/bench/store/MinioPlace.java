package dev.gnomon.bench.store;

import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.peers.PeerProgram;
import dev.gnomon.bench.work.Program;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.s3.S3ObjectStores;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.Result;
import io.minio.messages.Item;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A MinIO server on this machine, one for all rounds; a prefix for each repository.
final class MinioPlace implements Place {
  static final String NAME = "minio";

  private static final String BUCKET = "bench";
  private static final String REGION = "us-east-1";
  private static final long START_SECONDS = 60;

  private final String address;
  private final String secret;
  private final String version;
  private final MinioClient client;

  private MinioPlace(String address, String secret, String version) {
    this.address = address;
    this.secret = secret;
    this.version = version;
    this.client =
        MinioClient.builder()
            .endpoint("http://" + address)
            .region(REGION)
            .credentials(NAME, secret)
            .build();
  }

  /// Starts the server that the user gave, else the one on the PATH; it ends with the workplace.
  ///
  /// @return empty if there is none
  /// @throws RoundFailedException if it does not come up
  static Optional<MinioPlace> start(Setting setting)
      throws RoundFailedException, IOException, InterruptedException {
    Optional<PeerProgram> found = PeerProgram.find(NAME, setting);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    PeerProgram program = found.get();
    Path data = setting.workplace().fresh(NAME);
    String version = program.version(data, "--version");
    String address = "127.0.0.1:" + freePort();
    String secret = UUID.randomUUID().toString();
    setting
        .workplace()
        .serve(
            new Program(
                List.of(
                    program.path().toString(), "server", "--quiet", "--address", address, "data"),
                data,
                Map.of("MINIO_ROOT_USER", NAME, "MINIO_ROOT_PASSWORD", secret)));
    MinioPlace place = new MinioPlace(address, secret, NAME + " " + version);
    place.makeBucket();
    return Optional.of(place);
  }

  String version() {
    return version;
  }

  @Override
  public Opened open(Path directory) {
    String prefix = "r-" + UUID.randomUUID();
    return new Opened() {
      @Override
      public String gnomonUrl() {
        return "s3+http://" + address + "/" + BUCKET + "/" + prefix;
      }

      @Override
      public String resticUrl() {
        return "s3:http://" + address + "/" + BUCKET + "/" + prefix;
      }

      @Override
      public Map<String, String> rustic() {
        return Map.of(
            "RUSTIC_REPOSITORY", "opendal:s3",
            "OPENDAL_BUCKET", BUCKET,
            "OPENDAL_ROOT", prefix,
            "OPENDAL_ENDPOINT", "http://" + address,
            "OPENDAL_REGION", REGION,
            "OPENDAL_ACCESS_KEY_ID", NAME,
            "OPENDAL_SECRET_ACCESS_KEY", secret);
      }

      @Override
      public Map<String, String> credentials() {
        return Map.of("AWS_ACCESS_KEY_ID", NAME, "AWS_SECRET_ACCESS_KEY", secret);
      }

      @Override
      public ObjectStore objects() {
        return S3ObjectStores.open(URI.create(gnomonUrl()), NAME, secret, REGION);
      }

      @Override
      public long storedBytes() throws IOException {
        return bytesBelow(prefix);
      }
    };
  }

  private long bytesBelow(String prefix) throws IOException {
    long bytes = 0;
    for (Result<Item> item :
        client.listObjects(
            ListObjectsArgs.builder()
                .bucket(BUCKET)
                .prefix(prefix + "/")
                .recursive(true)
                .build())) {
      try {
        bytes += item.get().size();
      } catch (Exception e) {
        throw new IOException("the objects of MinIO could not be listed: " + e, e);
      }
    }
    return bytes;
  }

  private void makeBucket() throws RoundFailedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (true) {
      try {
        client.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).build());
        return;
      } catch (Exception e) {
        if (System.nanoTime() > end) {
          throw new RoundFailedException("MinIO did not come up: " + e);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
