package dev.gnomon.store.blobs;

/// Decides where content is cut into chunks. Cuts depend on the content alone, so equal content is
/// cut equally and its chunks are stored once. Thread-safe.
public interface Cutter {

  /// Largest chunk in bytes; a caller offers at least as much unless the content ends.
  int maxBytes();

  /// @param buffer content that starts at a cut
  /// @param offset where the chunk begins in the buffer
  /// @param length bytes there, at most all that are left or [#maxBytes] of them
  /// @return length of the first chunk, 1 to `length`
  int cut(byte[] buffer, int offset, int length);
}
