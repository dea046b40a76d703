package dev.gnomon.store.tree;

import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Cutter;
import dev.gnomon.store.blobs.Hash;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Cuts content into chunks and stores them, with at most one chunk in memory beside those that the
/// session has on their way. For one thread.
public final class ContentOutput {
  private static final int FIRST_BYTES = 4096;
  private static final byte[] NONE = {};

  private final BlobSession session;
  private final Cutter cutter;
  private final BlobSession.Kind kind;
  private final List<CompletableFuture<Hash>> chunks = new ArrayList<>(1);
  private byte[] buffer;
  private int filled;
  private long size;

  /// @param expectedBytes how much will probably come
  public ContentOutput(
      BlobSession session, Cutter cutter, BlobSession.Kind kind, long expectedBytes) {
    this.session = session;
    this.cutter = cutter;
    this.kind = kind;
    int first = Math.min(FIRST_BYTES, cutter.maxBytes());
    this.buffer = session.buffer((int) Math.clamp(expectedBytes, first, cutter.maxBytes()));
  }

  public void write(byte[] bytes) {
    int from = 0;
    while (from < bytes.length) {
      makeRoom();
      int length = Math.min(room() - filled, bytes.length - from);
      System.arraycopy(bytes, from, buffer, filled, length);
      filled += length;
      from += length;
    }
  }

  /// Takes at most `limit` bytes of a stream.
  ///
  /// @return how many there were
  public long transferFrom(InputStream in, long limit) throws IOException {
    long taken = 0;
    while (taken < limit) {
      makeRoom();
      int length = in.read(buffer, filled, (int) Math.min(room() - filled, limit - taken));
      if (length < 0) {
        break;
      }
      filled += length;
      taken += length;
    }
    return taken;
  }

  /// Ends the content. The chunks may still be on their way: [Pending#get] waits for them.
  public Pending finish() {
    int from = 0;
    while (filled - from > 0) {
      int length = cutter.cut(buffer, from, filled - from);
      if (from == 0 && length == filled) {
        emit(buffer, length);
        buffer = NONE;
      } else {
        emitCopy(from, length);
      }
      from += length;
    }
    session.giveBack(buffer);
    buffer = NONE;
    return new Pending(session, size, chunks);
  }

  /// Content whose chunks are on their way.
  ///
  /// @param size in bytes
  public record Pending(BlobSession session, long size, List<CompletableFuture<Hash>> chunks) {
    public ContentRef get() {
      List<Hash> hashes = new ArrayList<>(chunks.size());
      chunks.forEach(chunk -> hashes.add(BlobSession.join(chunk)));
      return ContentRef.of(
          size,
          hashes,
          list -> BlobSession.join(session.store(list, list.length, BlobSession.Kind.TREE)));
    }

    public boolean isDone() {
      return chunks.stream().allMatch(CompletableFuture::isDone);
    }
  }

  private int room() {
    return Math.min(buffer.length, cutter.maxBytes());
  }

  private void makeRoom() {
    if (filled < room()) {
      return;
    }
    if (buffer.length < cutter.maxBytes()) {
      byte[] bigger = session.buffer((int) Math.min(2L * buffer.length, cutter.maxBytes()));
      System.arraycopy(buffer, 0, bigger, 0, filled);
      session.giveBack(buffer);
      buffer = bigger;
      return;
    }
    int length = cutter.cut(buffer, 0, filled);
    emitCopy(0, length);
    System.arraycopy(buffer, length, buffer, 0, filled - length);
    filled -= length;
  }

  private void emitCopy(int from, int length) {
    byte[] chunk = session.buffer(length);
    System.arraycopy(buffer, from, chunk, 0, length);
    emit(chunk, length);
  }

  private void emit(byte[] chunk, int length) {
    size += length;
    chunks.add(session.storeBuffer(chunk, length, kind));
  }
}
