package dev.gnomon.store.restore;

import dev.gnomon.store.blobs.BlobContent;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/// The chunks of a file in order, each checked. Those of a large file are read, decompressed and
/// checked beside each other, a few ahead of the thread that writes them: a single large file keeps
/// all processors busy. For one thread.
final class ChunksAhead implements Iterator<BlobContent>, AutoCloseable {
  private static final long MIN_BYTES = 4 << 20;
  private static final int AHEAD = 4;

  private final Iterator<Hash> hashes;
  private final BlobReader reader;
  private final Executor workers;
  private final int most;
  private final Deque<CompletableFuture<BlobContent>> coming = new ArrayDeque<>();

  ChunksAhead(ContentRef content, BlobReader reader, Executor workers) {
    this.hashes = Contents.chunks(content, reader::read);
    this.reader = reader;
    this.workers = workers;
    this.most = content.size() < MIN_BYTES ? 0 : AHEAD;
  }

  @Override
  public boolean hasNext() {
    return !coming.isEmpty() || hashes.hasNext();
  }

  /// @return to be closed by the caller
  @Override
  public BlobContent next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    while (coming.size() < most && hashes.hasNext()) {
      Hash hash = hashes.next();
      coming.add(CompletableFuture.supplyAsync(() -> reader.open(hash), workers));
    }
    return coming.isEmpty() ? reader.open(hashes.next()) : BlobSession.join(coming.remove());
  }

  /// Gives up what was read and not asked for.
  @Override
  public void close() {
    for (CompletableFuture<BlobContent> chunk : coming) {
      chunk.thenAccept(BlobContent::close);
    }
    coming.clear();
  }
}
