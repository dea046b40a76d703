package dev.gnomon.core.prefix;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a list says of one key.
///
/// @param key below the prefix; may be empty
/// @param etag without quotes
/// @param version empty if the list has none, or the bucket keeps none
/// @param deleted whether the newest version says that there is nothing; only in lists of versions
public record Listed(
    String key, long size, String etag, Instant modified, String version, boolean deleted) {

  /// One answer to a list.
  ///
  /// @param keys in ascending order of their UTF-8 bytes
  /// @param next goes on behind it; empty at the end
  /// @param time of the server when it answered, to the second; 1970 if it does not say
  public record Page(List<Listed> keys, Optional<String> next, Instant time) {
    public Page {
      keys = List.copyOf(keys);
    }
  }
}
