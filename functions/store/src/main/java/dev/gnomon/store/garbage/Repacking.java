package dev.gnomon.store.garbage;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.garbage.GarbagePlan.Partly;
import dev.gnomon.store.marks.Marking.Live;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Copies what is needed of packs that are mostly dead into new packs, and reads it back. After
/// that the old packs are as dead as any: they are condemned like others. A pack with something in
/// it that can't be read, there or elsewhere, stays as it is: a check names who is hurt, and the
/// rest of the store is collected meanwhile.
final class Repacking {
  private static final System.Logger LOG = System.getLogger(Repacking.class.getName());
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
    List<Partly> copied = new ArrayList<>();
    for (Partly pack : packs) {
      if (copy(pack, sessions)) {
        copied.add(pack);
      }
    }
    sessions.values().forEach(BlobSession::publish);
    for (Partly pack : copied) {
      for (Live blob : pack.live()) {
        session(blob, sessions).read(blob.hash()); // checks it against its hash
      }
    }
    return copied.stream().map(Partly::pack).toList();
  }

  /// @return whether all that is needed of the pack was copied
  private boolean copy(Partly pack, Map<Compression, BlobSession> sessions) {
    BlobFault first = null;
    List<CompletableFuture<Hash>> underWay = new ArrayList<>();
    for (Live blob : pack.live()) {
      byte[] content;
      try {
        content = content(blob);
      } catch (BlobFault e) { // what can be read is copied, so that the next step tries only this
        first = first == null ? e : first;
        continue;
      }
      BlobSession.Kind kind = blob.tree() ? BlobSession.Kind.TREE : BlobSession.Kind.DATA;
      underWay.add(session(blob, sessions).store(content, content.length, kind));
      if (underWay.size() == AT_ONCE) {
        underWay.forEach(BlobSession::join);
        underWay.clear();
      }
    }
    underWay.forEach(BlobSession::join);
    if (first != null) {
      LOG.log(
          System.Logger.Level.WARNING,
          "pack {0} is mostly dead and can''t be repacked, a check says who needs it: {1}",
          Names.pack(pack.pack()),
          first.getMessage());
    }
    return first == null;
  }

  /// Another place will do where the one that is counted on can't be read.
  private byte[] content(Live blob) {
    try {
      return reader.readAt(blob.hash(), blob.place());
    } catch (BlobFault e) {
      return reader.read(blob.hash());
    }
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
