package dev.gnomon.core.prefix;

/// Whether a bucket keeps what is overwritten and deleted.
public enum Versioning {
  /// Every write makes a version, every delete a marker.
  ENABLED,
  /// Old versions are there, new writes replace each other.
  SUSPENDED,
  /// There are no versions, or the server does not know of any.
  NONE
}
