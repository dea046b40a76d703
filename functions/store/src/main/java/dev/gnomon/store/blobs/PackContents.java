package dev.gnomon.store.blobs;

import dev.gnomon.store.blobs.BlobTable.Location;
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
  /// @param storedBytes length there
  /// @param rawBytes length of the blob itself
  /// @param codec how it is compressed
  public record Piece(Hash hash, int offset, int storedBytes, int rawBytes, Codec codec) {
    public Location in(String pack) {
      return new Location(pack, offset, storedBytes, rawBytes, codec);
    }
  }
}
