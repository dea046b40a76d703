package dev.gnomon.store.journal;

import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.store.blobs.Hash;

/// Estimates of stored sizes.
final class Sizes {
  private static final int WRITE_BYTES = 16;
  private static final int STORED_BYTES = 40;
  private static final int SIZE_BYTES = 10;
  private static final int CHUNK_BYTES = 256 << 10;

  private Sizes() {}

  /// About what a transaction takes in a frame before it is compressed.
  static long inFrame(Transaction transaction) {
    return transaction.writes().stream().mapToLong(Sizes::inFrame).sum();
  }

  static long inFrame(Write write) {
    return switch (write) {
      case Write.Delete delete ->
          WRITE_BYTES + delete.key().raw().length() + delete.version().orElse("").length();
      case Write.Put put ->
          WRITE_BYTES
              + put.key().raw().length()
              + put.version().orElse("").length()
              + put.metadata().entrySet().stream()
                  .mapToLong(entry -> entry.getKey().length() + entry.getValue().length() + 4L)
                  .sum()
              + inFrame(put.content());
    };
  }

  private static long inFrame(Content content) {
    return switch (content) {
      case Content.Inline inline when inline.size() <= BigContents.INLINE_BYTES -> inline.size();
      case Content.Inline inline -> STORED_BYTES + inline.size() / CHUNK_BYTES * Hash.BYTES;
      case Content.Stored stored -> referenceBytes(stored);
      case Content.InSource source -> SIZE_BYTES;
    };
  }

  /// What a reference takes, which is Base64 of its stored form.
  static long referenceBytes(Content.Stored stored) {
    return stored.reference().length() * 3L / 4 + 1;
  }
}
