package dev.gnomon.core.prefix;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One version of a key, as a list of all versions tells it.
///
/// @param key below the prefix; may be empty
/// @param version [#UNVERSIONED] if it was written while the bucket kept none
/// @param etag without quotes; empty for a delete marker
/// @param modified when it was written, by the server's clock; AWS S3 tells whole seconds, and of
///   an upload in parts when that began
/// @param deleted whether it is a delete marker
public record KeyVersion(
    String key, String version, long size, String etag, Instant modified, boolean deleted) {
  /// What S3 calls the version of what was written while no versions were kept.
  public static final String UNVERSIONED = "null";

  /// One answer to a list.
  ///
  /// @param versions in ascending order of the UTF-8 bytes of their keys; of one key the newest
  ///   first, as the server has them
  /// @param next goes on behind it; empty at the end
  /// @param time of the server when it answered, to the second; 1970 if it does not say
  public record Page(List<KeyVersion> versions, Optional<String> next, Instant time) {
    public Page {
      versions = List.copyOf(versions);
    }
  }
}
