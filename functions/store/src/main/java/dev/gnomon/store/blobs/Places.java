package dev.gnomon.store.blobs;

import java.util.List;

/// Where blobs lie, for a [BlobReader]. Thread-safe.
public interface Places {

  /// Every place of a blob, the best one first; empty if none is known.
  List<BlobTable.Location> all(Hash hash);

  /// Looks again: what is known may be behind the store.
  void refresh();
}
