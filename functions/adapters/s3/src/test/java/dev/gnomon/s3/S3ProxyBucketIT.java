package dev.gnomon.s3;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Credentials;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.verification.buckets.BucketContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// Buckets of a server without versions and tags.
class S3ProxyBucketIT extends BucketContract {
  @TempDir static Path directory;
  private static S3ProxyServer server;
  private static S3Buckets buckets;

  @BeforeAll
  static void start() throws Exception {
    server = new S3ProxyServer(directory);
    server.makeBucket("bucket");
    PrefixSpec spec =
        new PrefixSpec(
            Optional.empty(),
            Optional.of(new Credentials("ACCESS", "SECRET")),
            Versions.COPY,
            false,
            Optional.empty());
    Map<String, String> environment =
        Map.of("ACCESS", S3ProxyServer.ACCESS_KEY, "SECRET", S3ProxyServer.SECRET_KEY);
    buckets =
        new S3Buckets(
            place -> Optional.of(spec), name -> Optional.ofNullable(environment.get(name)));
  }

  @AfterAll
  static void stop() throws Exception {
    buckets.close();
    server.close();
  }

  @Override
  protected Bucket bucket() {
    return buckets.open(S3Prefix.of(server.url("bucket/" + UUID.randomUUID()).toString()));
  }

  /// Its objects are files, and it lists in the order of UTF-16.
  @Override
  protected Set<String> refusedKeys() {
    return Set.of("x".repeat(900), "a//b", "trailing/", "\uE000", "\uFFFD");
  }

  @Override
  protected boolean tags() {
    return false;
  }
}
