package dev.gnomon.store.journal;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.store.blobs.Hash;
import java.time.Instant;

/// Where a journal goes on: behind a base, a segment or a frame.
///
/// @param batch number of the batch that comes next
/// @param position of the frame that comes next
/// @param chain after the frame before it
/// @param upTo as of the frame before it
record Place(long batch, long position, Hash chain, Instant upTo) {
  static Place genesis(ResourceName resource) {
    return new Place(1, 1, Chain.genesis(resource), Instant.EPOCH);
  }

  static Place after(Header header) {
    return new Place(
        header.lastBatch() + 1, header.lastPosition() + 1, header.chainAfter(), header.upTo());
  }

  Instant upTo(TransactionCodec.Payload payload) {
    Instant happened = payload.transaction().time();
    Instant counted = happened.isAfter(payload.recorded()) ? payload.recorded() : happened;
    return counted.isAfter(upTo) ? counted : upTo;
  }
}
