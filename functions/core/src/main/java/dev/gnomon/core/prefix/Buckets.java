package dev.gnomon.core.prefix;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.places.S3Prefix;

/// Opens prefixes of buckets. Thread-safe.
@FunctionalInterface
public interface Buckets {
  /// For work that has nothing to do with buckets.
  Buckets NONE =
      place -> {
        throw new Refusal("nobody said how to reach " + place);
      };

  /// @throws Refusal if nobody said how to reach this place
  /// @throws dev.gnomon.core.objects.ObjectStoreException (permanent) if credentials are missing
  Bucket open(S3Prefix place);

  /// A prefix of a bucket.
  ///
  /// @param largestCopyBytes larger versions are not copied by the server in one call
  record Bucket(
      S3Prefix place,
      BucketReader reader,
      BucketWriter writer,
      PrefixSpec spec,
      long largestCopyBytes) {}
}
