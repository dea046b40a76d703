package dev.gnomon.store.garbage;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.garbage.GarbagePlan.Partly;
import dev.gnomon.store.marks.Marking.Live;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Copies what is needed of packs that are mostly dead into new packs, and reads it back. After
/// that the old packs are as dead as any: they are condemned like others.
final class Repacking {
  private static final int AT_ONCE = 64;

  private final StoreParts store;
  private final BlobReader reader;

  Repacking(StoreParts store) {
    this.store = store;
    this.reader = store.reader();
  }

  /// @return the packs that nobody has to count on any more
  List<String> copy(List<Partly> packs) {
    if (packs.isEmpty()) {
      return List.of();
    }
    Map<Compression, BlobSession> sessions = new EnumMap<>(Compression.class);
    for (Partly pack : packs) {
      copy(pack, sessions);
    }
    sessions.values().forEach(BlobSession::publish);
    for (Partly pack : packs) {
      for (Live blob : pack.live()) {
        session(blob, sessions).read(blob.hash()); // checks it against its hash
      }
    }
    return packs.stream().map(Partly::pack).toList();
  }

  private void copy(Partly pack, Map<Compression, BlobSession> sessions) {
    List<CompletableFuture<Hash>> underWay = new ArrayList<>();
    for (Live blob : pack.live()) {
      byte[] content = reader.readAt(blob.hash(), blob.place());
      BlobSession.Kind kind = blob.tree() ? BlobSession.Kind.TREE : BlobSession.Kind.DATA;
      underWay.add(session(blob, sessions).store(content, content.length, kind));
      if (underWay.size() == AT_ONCE) {
        underWay.forEach(BlobSession::join);
        underWay.clear();
      }
    }
    underWay.forEach(BlobSession::join);
  }

  /// What was compressed for fast reading stays so.
  private BlobSession session(Live blob, Map<Compression, BlobSession> sessions) {
    Compression compression =
        switch (blob.place().codec()) {
          case NONE -> Compression.NONE;
          case ZSTD -> Compression.ZSTD;
          case LZ4 -> Compression.LZ4;
        };
    return sessions.computeIfAbsent(compression, store::copies);
  }
}
