package dev.gnomon.s3;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Credentials;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.verification.buckets.BucketContract;
import dev.gnomon.verification.buckets.S3TestServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Buckets on a gateway over a directory, versitygw: without versions. It lists deletions before
/// versions, so that nobody knows which was first; a list like that is refused.
class VersityBucketIT extends BucketContract {
  private static final String BUCKET = "bucket-" + UUID.randomUUID();
  private static Optional<S3Buckets> buckets = Optional.empty();
  private static Optional<S3TestServer> server = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    S3TestServer found = S3TestServer.required("VersityBucketIT", S3TestServer.VERSITY);
    server = Optional.of(found);
    found.bucket(BUCKET);
    PrefixSpec spec =
        new PrefixSpec(
            Optional.of(found.region()),
            Optional.of(new Credentials("ACCESS", "SECRET")),
            Versions.AUTO,
            false,
            Optional.empty());
    buckets = Optional.of(new S3Buckets(place -> Optional.of(spec), found.environment()));
  }

  @AfterAll
  static void stop() {
    buckets.ifPresent(S3Buckets::close);
  }

  @Override
  protected Bucket bucket() {
    return buckets.orElseThrow().open(server.orElseThrow().place(BUCKET + "/" + UUID.randomUUID()));
  }

  /// Objects are files: names are clean, at most 255 long, and no directory has content. Lists tell
  /// control characters as something else.
  @Override
  protected Set<String> refusedKeys() {
    return Set.of("a//b", "x".repeat(900), "trailing/", "control\u0001\u001f");
  }

  /// It makes its Date header once a second.
  @Override
  protected Duration lateTime() {
    return Duration.ofSeconds(1);
  }

  @Test
  void listsOfVersionsAreRefusedRatherThanMisread() throws Exception {
    S3TestServer found = server.orElseThrow();
    String name = "versions-" + UUID.randomUUID();
    found.versionedBucket(name);
    Bucket bucket = buckets.orElseThrow().open(found.place(name + "/p"));
    put(bucket, "object", "1");
    bucket.writer().delete(List.of("object"));
    put(bucket, "object", "2");

    assertThatThrownBy(() -> bucket.reader().history(Optional.empty()))
        .hasMessageContaining("it gives 'p/object' out of order")
        .hasMessageContaining("the server's lists are not in the order of S3")
        .extracting(e -> ((ObjectStoreException) e).kind())
        .isEqualTo(Kind.PERMANENT);
  }
}
