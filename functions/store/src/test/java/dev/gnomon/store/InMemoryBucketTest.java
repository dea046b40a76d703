package dev.gnomon.store;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.verification.buckets.BucketContract;
import dev.gnomon.verification.buckets.InMemoryBucket;
import java.time.Instant;
import java.util.UUID;

/// The bucket that tests use keeps the contract of real ones.
class InMemoryBucketTest extends BucketContract {
  private final InMemoryBucket bucket =
      new InMemoryBucket(() -> Instant.parse("2026-01-01T00:00:00.123Z"))
          .versioning(Versioning.ENABLED)
          .page(100);

  @Override
  protected Bucket bucket() {
    return bucket.open(
        S3Prefix.of("s3+http://host/bucket/" + UUID.randomUUID()), PrefixSpec.DEFAULT);
  }
}
