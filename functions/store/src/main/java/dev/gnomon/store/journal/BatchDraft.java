package dev.gnomon.store.journal;

import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.store.blobs.Hash;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Frames that are to become one object. For one thread.
final class BatchDraft {
  /// Most bytes of frames in one batch, and most of one transaction.
  static final int MAX_BYTES = 8 << 20;

  private final LogObjects log;
  private final Place start;
  private final List<Frame> frames = new ArrayList<>();
  private final Map<TransactionId, KnownIds.Known> ids = new LinkedHashMap<>();
  private Place place;
  private int bytes;
  private long indexBytes;

  BatchDraft(LogObjects log, Place start) {
    this.log = log;
    this.start = start;
    this.place = start;
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }

  int bytes() {
    return bytes;
  }

  /// Most bytes that this takes as a segment of its own, with an index.
  long sealedBytes() {
    return Header.BYTES + bytes + SegmentIndex.FIXED_BYTES + indexBytes;
  }

  Map<TransactionId, KnownIds.Known> ids() {
    return ids;
  }

  /// Position that the next transaction gets.
  long position() {
    return place.position();
  }

  /// @return bytes of its frame
  int add(JournalEntry.Kind kind, Instant now, long digest, Transaction transaction) {
    TransactionCodec.Payload payload = new TransactionCodec.Payload(kind, now, digest, transaction);
    Frame frame = Frame.of(log.resource(), place.position(), payload, place.chain(), log.seal());
    frames.add(frame);
    bytes += frame.size();
    indexBytes += SegmentIndex.mostBytes(transaction);
    ids.put(TransactionId.of(transaction), new KnownIds.Known(frame.position(), digest));
    place = new Place(place.batch(), place.position() + 1, frame.chain(), place.upTo(payload));
    return frame.size();
  }

  /// The same without what was added since.
  Mark mark() {
    return new Mark(frames.size(), place, bytes, indexBytes);
  }

  void back(Mark mark) {
    while (frames.size() > mark.frames()) {
      long position = frames.removeLast().position();
      ids.values().removeIf(known -> known.position() == position);
    }
    place = mark.place();
    bytes = mark.bytes();
    indexBytes = mark.indexBytes();
  }

  record Mark(int frames, Place place, int bytes, long indexBytes) {}

  /// Behind this batch.
  Place after() {
    return new Place(start.batch() + 1, place.position(), place.chain(), place.upTo());
  }

  byte[] object(Hash attempt) {
    return object(
        log, frames, start.batch(), start.batch(), start, after(), attempt, header -> new byte[0]);
  }

  /// The bytes of a batch or, with an index, of a segment.
  static byte[] object(
      LogObjects log,
      List<Frame> frames,
      long firstBatch,
      long lastBatch,
      Place before,
      Place after,
      Hash attempt,
      IndexOf index) {
    int framesEnd = Header.BYTES + frames.stream().mapToInt(Frame::size).sum();
    Header header =
        new Header(
            Header.resource(log.resource()),
            framesEnd,
            framesEnd,
            firstBatch,
            lastBatch,
            before.position(),
            frames.size(),
            before.upTo(),
            after.upTo(),
            before.chain(),
            after.chain(),
            attempt);
    byte[] indexBytes = index.of(header);
    header = header.withTotal(framesEnd + indexBytes.length);
    ByteBuffer out = ByteBuffer.allocate(framesEnd + indexBytes.length);
    header.writeTo(out);
    frames.forEach(frame -> frame.copyTo(out));
    return out.put(indexBytes).array();
  }

  /// Makes the index of a segment.
  interface IndexOf {
    /// @param header without the index
    byte[] of(Header header);
  }
}
