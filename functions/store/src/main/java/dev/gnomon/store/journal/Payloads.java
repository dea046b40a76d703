package dev.gnomon.store.journal;

import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.store.blobs.BlobFault;

/// Opens frames.
final class Payloads {
  private Payloads() {}

  /// @throws DamagedJournalException if the frame can't be opened
  static TransactionCodec.Payload of(LogObjects log, Frame frame) {
    try {
      return frame.payload(log.resource(), log.seal());
    } catch (BlobFault e) {
      throw log.broken("position %d: %s".formatted(frame.position(), e.getMessage()));
    }
  }
}
