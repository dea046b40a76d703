package dev.gnomon.store.blobs;

import dev.gnomon.store.blobs.BlobTable.Location;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The blobs that one session took: each taken once, and where it lies as soon as its pack is
/// stored. What is stored takes 50 to 56 bytes a blob, what is on its way about 200. Thread-safe.
final class OwnBlobs {
  private final Map<Hash, CompletableFuture<Hash>> onTheirWay = new ConcurrentHashMap<>();
  private final PlaceTable places = new PlaceTable();
  private int publishedRows;

  /// Claims a blob for who takes it.
  ///
  /// @param mine completes when it is in a pack
  /// @return that of who claimed it earlier; empty if nobody did
  Optional<CompletableFuture<Hash>> claim(Hash hash, CompletableFuture<Hash> mine) {
    if (place(hash).isPresent()) {
      return Optional.of(CompletableFuture.completedFuture(hash));
    }
    CompletableFuture<Hash> earlier = onTheirWay.putIfAbsent(hash, mine);
    if (earlier != null) {
      return Optional.of(earlier);
    }
    if (place(hash).isPresent()) { // its pack was stored, and the claim ended, between the two
      mine.complete(hash); // others may wait for it by now
      giveUp(hash);
      return Optional.of(mine);
    }
    return Optional.empty();
  }

  /// Ends a claim: the blob is in the store already.
  void giveUp(Hash hash) {
    onTheirWay.remove(hash);
  }

  boolean contains(Hash hash) {
    return onTheirWay.containsKey(hash) || place(hash).isPresent();
  }

  /// Where it lies in a stored pack.
  Optional<Location> place(Hash hash) {
    return places.find(hash, Set.of());
  }

  /// A pack is stored.
  void stored(PackContents pack) {
    synchronized (this) {
      places.add(pack);
    }
    pack.pieces().forEach(piece -> onTheirWay.remove(piece.hash()));
  }

  /// Hands over what was stored since the last call that did not fail, pack by pack.
  void publish(Consumer<List<PackContents>> index) {
    List<PackContents> packs;
    int rows;
    synchronized (this) {
      packs = places.packs(publishedRows);
      rows = places.rows();
    }
    PackFormat.eachIndex(packs, index);
    synchronized (this) {
      publishedRows = rows;
    }
  }
}
