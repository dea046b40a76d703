package dev.gnomon.store.journal;

import dev.gnomon.core.journal.Write;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.journal.Bases.Row;
import dev.gnomon.store.tree.ContentOutput;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Encoder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Writes the blocks of a base. For one thread.
final class BaseWriter {
  private static final int MIN_BLOCK_BYTES = 32 << 10;
  private static final int MAX_BLOCK_BYTES = 1 << 20;
  private static final long CUT_MASK = 0x1ff; // one key in 512 ends a block that is long enough
  private static final int MAX_PENDING = 64;

  private final BlobSession session;
  private final ContentOutput directory;
  private final Deque<Pending> pending = new ArrayDeque<>();
  private final java.io.ByteArrayOutputStream block = new java.io.ByteArrayOutputStream();
  private String firstKey = "";
  private int filled;
  private long keys;
  private long bytes;

  BaseWriter(StoreParts store, BlobSession session) {
    this.session = session;
    this.directory = new ContentOutput(session, store.cutter(), BlobSession.Kind.TREE, 0);
  }

  private record Pending(String firstKey, int bytes, CompletableFuture<Hash> block) {}

  /// Takes the next value; keys ascend.
  void add(Write.Put value) {
    if (filled == 0) {
      firstKey = value.key().raw();
    }
    byte[] encoded = encode(value);
    block.writeBytes(encoded);
    filled += encoded.length;
    keys++;
    bytes += value.content().size();
    boolean cutsHere = (SegmentIndex.keyHash(value.key().raw()) & CUT_MASK) == 0;
    if (filled >= MAX_BLOCK_BYTES || (filled >= MIN_BLOCK_BYTES && cutsHere)) {
      endBlock();
    }
  }

  long keys() {
    return keys;
  }

  /// Sum of the sizes of the values.
  long bytes() {
    return bytes;
  }

  ContentRef finish() {
    endBlock();
    while (!pending.isEmpty()) {
      row();
    }
    return directory.finish().get();
  }

  private void endBlock() {
    if (filled == 0) {
      return;
    }
    byte[] content = block.toByteArray();
    block.reset();
    pending.add(
        new Pending(
            firstKey,
            content.length,
            session.store(content, content.length, BlobSession.Kind.TREE)));
    filled = 0;
    while (pending.size() > MAX_PENDING) {
      row();
    }
  }

  private void row() {
    Pending first = pending.remove();
    ContentRef ref = new ContentRef(first.bytes(), 0, List.of(BlobSession.join(first.block())));
    directory.write(Bases.encode(new Row(first.firstKey(), ref)));
  }

  private static byte[] encode(Write.Put value) {
    Encoder out = new Encoder();
    TransactionCodec.write(out, value);
    return out.take();
  }
}
