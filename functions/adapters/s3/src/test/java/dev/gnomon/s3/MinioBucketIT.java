package dev.gnomon.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Credentials;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.verification.buckets.BucketContract;
import dev.gnomon.verification.buckets.S3TestServer;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Buckets with versions on a real MinIO.
class MinioBucketIT extends BucketContract {
  private static final String BUCKET = "versions-" + UUID.randomUUID();
  private static Optional<S3Buckets> buckets = Optional.empty();
  private static Optional<S3TestServer> server = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    S3TestServer found = S3TestServer.required("MinioBucketIT");
    server = Optional.of(found);
    found.versionedBucket(BUCKET);
    PrefixSpec spec =
        new PrefixSpec(
            Optional.empty(),
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

  /// MinIO cleans names and keeps objects as directories.
  @Override
  protected Set<String> refusedKeys() {
    return Set.of("a//b", "x".repeat(900));
  }

  /// What was written before versions were kept has none that could be referred to.
  @Test
  void objectFromBeforeVersionsWereKept() throws Exception {
    S3TestServer found = server.orElseThrow();
    String name = "late-" + UUID.randomUUID();
    found.bucket(name);
    Bucket bucket = buckets.orElseThrow().open(found.place(name + "/p"));
    put(bucket, "old", "before");
    found.keepVersions(name);

    assertThat(list(bucket, "", true)).extracting(Listed::version).containsExactly("");
    KeyVersion old = bucket.reader().history(Optional.empty()).versions().getFirst();
    assertThat(old.version()).isEqualTo(KeyVersion.UNVERSIONED);
    put(bucket, "old", "after");

    assertThat(read(bucket, "old", Optional.of(old.version()))).contains("before");
    assertThat(bucket.writer().copy("old", bucket.place(), "old", old.version())).isPresent();
    assertThat(read(bucket, "old", Optional.empty())).contains("before");
  }
}
