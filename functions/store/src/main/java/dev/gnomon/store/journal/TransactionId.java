package dev.gnomon.store.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.journal.Transaction;
import dev.gnomon.store.blobs.Hash;
import java.nio.ByteBuffer;

/// What tells transactions apart: 128 bits of a hash of source and id.
record TransactionId(long high, long low) {
  static final int BYTES = 16;

  static TransactionId of(Transaction transaction) {
    return of(transaction.source(), transaction.id());
  }

  static TransactionId of(String source, String id) {
    byte[] first = source.getBytes(UTF_8);
    byte[] second = id.getBytes(UTF_8);
    ByteBuffer both = ByteBuffer.allocate(Integer.BYTES + first.length + second.length);
    both.putInt(first.length).put(first).put(second);
    Hash hash = Hash.of(both.array());
    return new TransactionId(hash.a(), hash.b());
  }
}
