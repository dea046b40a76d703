package dev.gnomon.core.prefix;

import java.util.Optional;

/// Reads the objects below a prefix. Thread-safe. Faults are ObjectStoreExceptions; what is passing
/// was tried again already.
public interface BucketReader {

  Versioning versioning();

  /// Lists what is current.
  ///
  /// @param from keys before it may be left out; empty for all
  /// @param next what the page before gave as `next`; empty to begin
  /// @param versions lists by versions, so that every entry has its version and keys whose newest
  ///   version is a delete marker are told too; only where versioning is enabled
  Listed.Page list(String from, Optional<String> next, boolean versions);

  /// Lists all versions of all keys; only where versioning is enabled.
  ///
  /// @param next what the page before gave as `next`; empty to begin
  KeyVersion.Page history(Optional<String> next);

  /// Asks for everything but the content.
  ///
  /// @param version empty for what is current; [KeyVersion#UNVERSIONED] is a version too
  /// @return empty if there is none
  Optional<Found> look(String key, Optional<String> version);

  /// @param version empty for what is current
  /// @return empty if there is none
  Optional<Body> read(String key, Optional<String> version);

  /// Why this client can't name a key that a list gave; such an object can neither be read nor
  /// written.
  Optional<String> obstacle(String key);
}
