package dev.gnomon.store.prefix;

import dev.gnomon.store.tree.ContentRef;

/// How a manifest keeps the content of an object.
sealed interface Kept {

  /// In the store.
  ///
  /// @param md5 whether the object's ETag was seen to be the MD5 of these bytes
  record Bytes(ContentRef content, boolean md5) implements Kept {}

  /// In the bucket: the version that the entry names.
  record Version() implements Kept {}
}
