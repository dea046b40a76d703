package dev.gnomon.store.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.journal.Layout.Segment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Puts the frames of batches together in segments, and deletes the batches when that is settled. A
/// batch that was cut short is sealed once a later one has decided where it ends.
final class Sealer {
  private static final int MAX_WRITES = 200_000;
  private static final int MAX_FRAME_BYTES = 10 << 20;
  private static final int DELETE_BATCH = 1000;

  private final StoreParts store;
  private final LogObjects log;
  private final Rules rules;

  Sealer(StoreParts store, LogObjects log, Rules rules) {
    this.store = store;
    this.log = log;
    this.rules = rules;
  }

  /// @return segments that were made
  int seal() {
    Layout layout = log.layout();
    Place start = Tail.start(log, layout);
    ObjectStat oldest = layout.batches().get(start.batch());
    if (oldest == null) {
      return 0;
    }
    Instant now = store.objects().time();
    boolean waitedEnough = !oldest.modified().plus(rules.segmentEvery()).isAfter(now);
    long waiting =
        layout.batches().tailMap(start.batch()).values().stream()
            .mapToLong(ObjectStat::sizeBytes)
            .sum();
    if (!waitedEnough && waiting < rules.segmentBytes()) {
      return 0;
    }
    return seal(layout, start, waitedEnough);
  }

  private int seal(Layout layout, Place start, boolean also) {
    int made = 0;
    LogCursor cursor = new LogCursor(log, layout, start);
    Draft draft = new Draft(start);
    for (Optional<List<Frame>> frames = cursor.next(); frames.isPresent(); frames = cursor.next()) {
      if (cursor.torn().isPresent()) {
        break;
      }
      Part part = part(draft.place, frames.get(), cursor.nextBatch());
      if (!draft.takes(part)) {
        made += create(draft);
        draft = new Draft(draft.place);
      }
      draft.add(part);
      if (draft.bytes >= rules.segmentBytes()) {
        made += create(draft);
        draft = new Draft(draft.place);
      }
    }
    if (also && !draft.frames.isEmpty()) {
      made += create(draft);
    }
    return made;
  }

  /// What the frames of one object come to, behind a place.
  private Part part(Place before, List<Frame> frames, long nextBatch) {
    SegmentIndex.Entries entries = new SegmentIndex.Entries();
    Place place = before;
    int bytes = 0;
    for (Frame frame : frames) {
      TransactionCodec.Payload payload = Payloads.of(log, frame);
      entries.add(payload);
      bytes += frame.size();
      place = new Place(nextBatch, frame.position() + 1, frame.chain(), place.upTo(payload));
    }
    place = new Place(nextBatch, place.position(), place.chain(), place.upTo());
    return new Part(frames, entries, bytes, place);
  }

  /// The same segment made by another process differs in its attempt only; one of them stays.
  private int create(Draft draft) {
    long last = draft.place.batch() - 1;
    Hash attempt = Hash.of(store.settings().ids().get().getBytes(UTF_8));
    List<Integer> offsets = new ArrayList<>();
    int at = Header.BYTES;
    for (Frame frame : draft.frames) {
      offsets.add(at);
      at += frame.size();
    }
    byte[] object =
        BatchDraft.object(
            log,
            draft.frames,
            draft.start.batch(),
            last,
            draft.start,
            draft.place,
            attempt,
            header -> draft.entries.encode(log.resource(), header, offsets, log.seal()));
    if (object.length > LogObjects.MAX_READ_BYTES) {
      throw log.broken(
          "batches %d to %d take %d bytes with their index, more than can be read"
              .formatted(draft.start.batch(), last, object.length));
    }
    return log.create(Layout.segment(log.resource(), draft.start.batch(), last), object) ? 1 : 0;
  }

  /// Deletes batches that a segment has held for long enough.
  ///
  /// @return how many
  int clear() {
    Layout layout = log.layout();
    Instant settled = store.objects().time().minus(Appender.SETTLE);
    List<ObjectName> clear = new ArrayList<>();
    for (Segment segment : layout.segments()) {
      var batches = layout.batches().subMap(segment.first(), true, segment.last(), true);
      if (batches.isEmpty() || segment.stat().modified().isAfter(settled)) {
        continue;
      }
      ObjectName name = segment.stat().name();
      LogObject read = log.read(name).orElseThrow(() -> log.gone(name));
      if (read.torn() || log.frames(read).isEmpty()) {
        throw new DamagedJournalException(
            "object '%s' of the journal of %s is damaged; its batches are kept"
                .formatted(name, log.resource()));
      }
      batches.values().forEach(batch -> clear.add(batch.name()));
    }
    for (int from = 0; from < clear.size(); from += DELETE_BATCH) {
      store.objects().delete(clear.subList(from, Math.min(clear.size(), from + DELETE_BATCH)));
    }
    return clear.size();
  }

  /// The frames of one object.
  ///
  /// @param place behind them
  private record Part(List<Frame> frames, SegmentIndex.Entries entries, int bytes, Place place) {}

  /// What is to become one segment.
  private static final class Draft {
    private final Place start;
    private final List<Frame> frames = new ArrayList<>();
    private final SegmentIndex.Entries entries = new SegmentIndex.Entries();
    private Place place;
    private int bytes;

    Draft(Place start) {
      this.start = start;
      this.place = start;
    }

    boolean takes(Part part) {
      long sealed =
          (long) Header.BYTES
              + bytes
              + part.bytes()
              + SegmentIndex.FIXED_BYTES
              + entries.mostBytes()
              + part.entries().mostBytes();
      return frames.isEmpty()
          || (bytes + part.bytes() <= MAX_FRAME_BYTES
              && entries.keys() + part.entries().keys() <= MAX_WRITES
              && sealed <= LogObjects.MAX_BYTES);
    }

    void add(Part part) {
      frames.addAll(part.frames());
      entries.addAll(part.entries());
      bytes += part.bytes();
      place = part.place();
    }
  }
}
