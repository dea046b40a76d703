package dev.gnomon.store.prefix;

import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Listed;

/// One object of a manifest.
///
/// @param key raw
/// @param etag as the server gave it
/// @param modifiedMillis as the server's list gave it
/// @param settled whether the object was older than the times of the list can blur when it was
///   listed; otherwise the time says nothing of later writes
/// @param version empty if the bucket kept none
record ObjectEntry(
    String key,
    long size,
    String etag,
    long modifiedMillis,
    boolean settled,
    String version,
    Attributes attributes,
    Kept kept) {

  /// Whether a list of what is current shows the very object that was captured, with all that it
  /// carries but its tags.
  boolean isStill(Listed listed) {
    boolean same = size == listed.size() && etag.equals(listed.etag());
    return same
        && (listed.version().isEmpty()
            ? settled && modifiedMillis == listed.modified().toEpochMilli()
            : version.equals(listed.version()));
  }
}
