package dev.gnomon.events;

import java.util.List;
import java.util.Optional;

/// Somebody says that objects of buckets were written or deleted. A hint only: the journals of
/// prefixes follow what the buckets list.
public record BucketChanged(List<ChangedObject> objects) implements EventData {
  public static final String TYPE = "dev.gnomon.bucket-changed.v1";

  public BucketChanged {
    objects = List.copyOf(Text.required("objects", objects));
  }

  /// @param key whole, as text and not encoded for any address
  public record ChangedObject(String bucket, String key) {
    public ChangedObject {
      Text.required("bucket", bucket);
      Text.required("key", key);
    }
  }

  @Override
  public Optional<String> subject() {
    return Optional.empty();
  }

  @Override
  public Optional<String> correlation() {
    return Optional.empty();
  }
}
