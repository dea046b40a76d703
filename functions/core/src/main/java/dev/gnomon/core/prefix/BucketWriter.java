package dev.gnomon.core.prefix;

import dev.gnomon.core.places.S3Prefix;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;

/// Changes the objects below a prefix. Thread-safe; every call may be repeated. Faults are
/// ObjectStoreExceptions; what is passing was tried again already.
public interface BucketWriter {
  /// What every writer takes: 10,000 parts of 16 MiB.
  long LARGEST_PUT_BYTES = 10_000L * (16 << 20);

  /// Writes an object.
  ///
  /// @param content gives the content from its beginning at each call
  Written put(String key, Attributes attributes, long size, Supplier<InputStream> content);

  /// Makes a version current again, with its headers, metadata and tags, without its content
  /// leaving the server.
  ///
  /// @param from a place of the same server
  /// @return empty if that version is not there any more
  Optional<Written> copy(String key, S3Prefix from, String fromKey, String version);

  /// Deletes what is current. A bucket with versioning keeps it behind a delete marker.
  void delete(List<String> keys);

  /// Replaces the tags of what is current.
  void tag(String key, SortedMap<String, String> tags);
}
