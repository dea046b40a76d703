package dev.gnomon.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.actuators.AppliedEpochs;
import dev.gnomon.core.actuators.Fence.Outcome;
import dev.gnomon.core.actuators.Fence.Release;
import dev.gnomon.core.catalogue.PrefixSpec.Credentials;
import dev.gnomon.core.catalogue.PrefixSpec.PrefixWriter;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.verification.buckets.S3TestServer;
import io.minio.DeleteBucketPolicyArgs;
import io.minio.GetBucketPolicyArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.SetBucketPolicyArgs;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The fence on a real server that applies policies to anonymous callers only.
class MinioFenceIT {
  private static final PrefixWriter ANONYMOUS = new PrefixWriter(Optional.empty(), "*");
  private static final AppliedEpochs ALL =
      new AppliedEpochs() {
        @Override
        public <T> T inTurn(String key, Epoch epoch, Supplier<T> work, LongFunction<T> outdated) {
          return work.get();
        }

        @Override
        public <T> T during(String key, Epoch epoch, Supplier<T> work, LongFunction<T> outdated) {
          return work.get();
        }
      };

  private final String bucket = "fence-" + UUID.randomUUID();
  private S3TestServer server;
  private MinioClient client;
  private S3Prefix place;
  private Location location;
  private PrefixFence fence;

  @BeforeEach
  void makeBucket() throws Exception {
    server = S3TestServer.required("MinioFenceIT");
    client = server.client();
    server.bucket(bucket);
    place = server.place(bucket + "/data");
    location = new Location(new CellName("east"), place.toString());
    fence = new PrefixFence(ALL, place -> Optional.empty(), server.environment());
  }

  private void allowAnonymousWrites() throws Exception {
    client.setBucketPolicy(
        SetBucketPolicyArgs.builder()
            .bucket(bucket)
            .config(
                """
                {"Version":"2012-10-17","Statement":[{"Sid":"everybody","Effect":"Allow",\
                "Principal":"*","Action":["s3:PutObject"],\
                "Resource":"arn:aws:s3:::%s/*"}]}\
                """
                    .formatted(bucket))
            .build());
  }

  private String policy() throws Exception {
    return client.getBucketPolicy(GetBucketPolicyArgs.builder().bucket(bucket).build());
  }

  private Outcome.Done fenced(Resource resource) {
    return (Outcome.Done) fence.fence(resource, location, new Epoch(7));
  }

  @Test
  void anonymousWriterIsFencedAndThePolicyComesBackAsItWas() throws Exception {
    allowAnonymousWrites();
    String before = policy();
    Resource resource = Resources.prefix(place, Optional.of(ANONYMOUS));

    assertThat(fence.capability(resource, location).enforceable()).isTrue();
    Outcome.Done done = fenced(resource);

    assertThat(done.fenced()).as(done.evidence()).isEqualTo(Fenced.ENFORCED);
    assertThat(done.evidence()).contains("a write as anonymous was refused");
    assertThat(fenced(resource).fenced()).isEqualTo(Fenced.ENFORCED);
    assertThat(fence.release(resource, location, new Epoch(8)))
        .isEqualTo(new Release.Lifted(Optional.empty()));
    assertThat(policy()).isEqualTo(before);
    assertThat(client.listObjects(ListObjectsArgs.builder().bucket(bucket).recursive(true).build()))
        .as("trial writes that were left")
        .isEmpty();
  }

  @Test
  void bucketWithoutAPolicyHasNoneAgain() throws Exception {
    Resource resource = Resources.prefix(place, Optional.of(ANONYMOUS));

    assertThat(fenced(resource).fenced()).isEqualTo(Fenced.ENFORCED);
    fence.release(resource, location, new Epoch(8));

    assertThat(policy()).isEmpty();
  }

  @Test
  void writerWithCredentialsIsOnlyTold() throws Exception {
    client.deleteBucketPolicy(DeleteBucketPolicyArgs.builder().bucket(bucket).build());
    Resource resource =
        Resources.prefix(
            place,
            Optional.of(new PrefixWriter(Optional.of(new Credentials("ACCESS", "SECRET")), "*")));

    assertThat(fence.capability(resource, location).enforceable()).isFalse();
    Outcome.Done done = fenced(resource);

    assertThat(done.fenced()).isEqualTo(Fenced.ADVISORY);
    assertThat(done.evidence()).contains("was not refused");
    assertThat(fence.release(resource, location, new Epoch(8))).isInstanceOf(Release.Lifted.class);
  }

  @Test
  void bucketThatIsNotThereIsUnreachable() {
    S3Prefix absent = server.place("absent-" + UUID.randomUUID() + "/data");
    Location there = new Location(new CellName("east"), absent.toString());
    Resource resource = Resources.prefix(absent, Optional.of(ANONYMOUS));

    assertThat(fence.fence(resource, there, new Epoch(7))).isInstanceOf(Outcome.Unreachable.class);
    assertThat(fence.content(resource, there)).isEmpty();
  }
}
