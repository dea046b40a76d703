package dev.gnomon.store.blobs;

import org.jspecify.annotations.Nullable;

/// The content of a blob in memory that is used again after [#close]. For one thread at a time.
public final class BlobContent implements AutoCloseable {
  private final byte[] array;
  private final int offset;
  private final int length;
  private final @Nullable Buffers owner;
  private boolean closed;

  /// @param owner to whom the array goes back; nothing if it belongs to others
  BlobContent(byte[] array, int offset, int length, @Nullable Buffers owner) {
    this.array = array;
    this.offset = offset;
    this.length = length;
    this.owner = owner;
  }

  /// Holds the content at [#offset]; not to be changed.
  public byte[] array() {
    return array;
  }

  public int offset() {
    return offset;
  }

  public int length() {
    return length;
  }

  /// The content by itself.
  byte[] toArray() {
    return offset == 0 && length == array.length && owner == null
        ? array
        : java.util.Arrays.copyOfRange(array, offset, offset + length);
  }

  @Override
  public void close() {
    if (!closed && owner != null) {
      owner.give(array);
    }
    closed = true;
  }
}
