package dev.gnomon.store.blobs;

/// Names content. The names of one store say nothing in another whose content is named with another
/// key. Thread-safe.
@FunctionalInterface
public interface ContentIds {
  /// SHA-256, as everybody can work it out.
  ContentIds SHA_256 = Hash::of;

  Hash of(byte[] content, int offset, int length);

  default Hash of(byte[] content) {
    return of(content, 0, content.length);
  }
}
