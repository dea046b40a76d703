package dev.gnomon.store.journal;

import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;

/// Estimates of stored sizes.
final class Sizes {
  private static final int WRITE_BYTES = 16;
  private static final int STORED_BYTES = 40;

  private Sizes() {}

  /// About what a transaction takes in a frame before it is compressed.
  static long inFrame(Transaction transaction) {
    return transaction.writes().stream().mapToLong(Sizes::inFrame).sum();
  }

  static long inFrame(Write write) {
    long bytes = WRITE_BYTES + write.key().raw().length();
    if (write instanceof Write.Put put) {
      bytes +=
          put.content() instanceof Content.Inline inline
                  && inline.size() <= BigContents.INLINE_BYTES
              ? inline.size()
              : STORED_BYTES;
    }
    return bytes;
  }
}
