package dev.gnomon.store.journal;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.tree.ContentOutput;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts contents of transactions that are too big for frames into packs, and makes sure that what
/// they name is there. One for one attempt; for one thread.
final class BigContents {
  /// Content up to this stays in its frame (docs/SHADOW-TYPES.md says how it was measured).
  static final int INLINE_BYTES = 4 << 10;

  /// A transaction with more than this in its frame keeps only tiny contents there.
  private static final int INLINE_TOTAL_BYTES = 2 << 20;

  private static final int TINY_BYTES = 64;

  /// What a stream probably has at least; its buffer grows.
  private static final int STREAM_BYTES = 64 << 10;

  private final StoreParts store;
  private final Map<Transaction, Transaction> stored = new IdentityHashMap<>();
  private @Nullable BlobSession session;
  private Instant begun = Instant.MAX;

  BigContents(StoreParts store) {
    this.store = store;
  }

  /// @throws Refusal if it names content that is not in the store
  Transaction stored(Transaction transaction) {
    Transaction known = stored.get(transaction);
    if (known == null) {
      known = store(transaction);
      stored.put(transaction, known);
    }
    return known;
  }

  /// Makes what was stored durable.
  ///
  /// @return false if what it relies on may be deleted: all has to be stored anew
  boolean publish() {
    if (session == null) {
      return true;
    }
    session.publish();
    return store.holds(session) && !store.isTooOld(begun);
  }

  private Transaction store(Transaction transaction) {
    long inline = transaction.writes().stream().mapToLong(BigContents::inlineBytes).sum();
    int limit = inline > INLINE_TOTAL_BYTES ? TINY_BYTES : INLINE_BYTES;
    record Pending(int at, Write.Put put, ContentOutput.Pending content) {}

    List<Write> writes = new ArrayList<>(transaction.writes());
    List<Pending> pending = new ArrayList<>();
    for (int i = 0; i < writes.size(); i++) {
      if (writes.get(i) instanceof Write.Put put) {
        switch (put.content()) {
          case Content.Inline content when content.size() > limit ->
              pending.add(new Pending(i, put, store(content.bytes())));
          case Content.Inline content -> {}
          case Content.Stored content -> require(put, content);
          case Content.InSource content -> {}
        }
      }
    }
    if (pending.isEmpty()) {
      return transaction;
    }
    for (Pending each : pending) {
      Content content = TransactionCodec.stored(each.content().get());
      writes.set(
          each.at(),
          new Write.Put(each.put().key(), each.put().version(), each.put().metadata(), content));
    }
    return new Transaction(
        transaction.source(), transaction.id(), transaction.time(), transaction.after(), writes);
  }

  private ContentOutput.Pending store(byte[] content) {
    ContentOutput out =
        new ContentOutput(session(), store.cutter(), BlobSession.Kind.DATA, content.length);
    out.write(content);
    return out.finish();
  }

  private void require(Write.Put put, Content.Stored content) {
    try {
      ContentRef ref = TransactionCodec.ref(content);
      if (Contents.reuse(session(), ref)) {
        return;
      }
    } catch (IllegalArgumentException e) {
      throw new Refusal(String.valueOf(e.getMessage()), e);
    }
    throw new Refusal(
        "the content of key '%s' is not in the store, or about to be collected: upload it again"
            .formatted(Keys.display(put.key())));
  }

  private BlobSession session() {
    BlobSession now = session;
    if (now == null) {
      begun = store.objects().time();
      now = store.session(Compression.ZSTD);
      session = now;
    }
    return now;
  }

  private static long inlineBytes(Write write) {
    return write instanceof Write.Put put && put.content() instanceof Content.Inline inline
        ? inline.size()
        : 0;
  }

  /// Takes a stream; what it holds is durable once this is published.
  ///
  /// @throws IOException if it can't be read
  ContentRef taken(InputStream content) throws IOException {
    ContentOutput out =
        new ContentOutput(session(), store.cutter(), BlobSession.Kind.DATA, STREAM_BYTES);
    out.transferFrom(content, Long.MAX_VALUE);
    return out.finish().get();
  }

  /// Stores a stream by itself.
  static ContentRef upload(StoreParts store, InputStream content) {
    BigContents contents = new BigContents(store);
    try {
      ContentRef ref = contents.taken(content);
      contents.session().publish();
      return ref;
    } catch (IOException e) {
      throw new UncheckedIOException("the content that is uploaded can't be read", e);
    }
  }
}
