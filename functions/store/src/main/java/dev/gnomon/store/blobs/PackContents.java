package dev.gnomon.store.blobs;

import java.util.List;

/// What lies in one pack.
///
/// @param pack id of the pack
public record PackContents(String pack, List<Piece> pieces) {
  public PackContents {
    pieces = List.copyOf(pieces);
  }

  /// One blob in a pack.
  ///
  /// @param offset first byte in the pack
  /// @param storedBytes length there; equal to `rawBytes` if it is not compressed
  /// @param rawBytes length of the blob itself
  public record Piece(Hash hash, int offset, int storedBytes, int rawBytes) {}
}
