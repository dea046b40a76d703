package dev.gnomon.store.journal;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.journal.KnownIds.Known;
import dev.gnomon.store.journal.Layout.Segment;
import java.util.List;
import java.util.Optional;

/// The end of a journal as one process knows it. Guarded by its owner.
final class Tail {
  private final LogObjects log;
  private final KnownIds ids = new KnownIds();
  private Place place;
  private long unsealedBytes;

  private Tail(LogObjects log, Place place) {
    this.log = log;
    this.place = place;
  }

  /// Reads it from the store.
  static Tail read(LogObjects log) {
    for (int round = 1; ; round++) {
      try {
        return read(log, log.layout());
      } catch (ExpiredMeanwhile e) {
        if (round == LogCursor.MAX_LISTS) {
          throw e;
        }
      }
    }
  }

  private static Tail read(LogObjects log, Layout layout) {
    Tail tail = new Tail(log, start(log, layout));
    long covered = 0;
    for (Segment segment : layout.segments()) {
      if (segment.last() > covered) { // the others hold nothing that these do not
        tail.addIds(segment.stat().name());
        covered = segment.last();
      }
    }
    tail.follow(layout);
    return tail;
  }

  /// Behind the last sealed segment, or the newest base where that reaches further.
  static Place start(LogObjects log, Layout layout) {
    Place place = Place.genesis(log.resource());
    if (!layout.bases().isEmpty()) {
      place = Bases.read(log, layout.bases().lastKey()).place();
    }
    long sealed = layout.sealed();
    if (sealed >= place.batch()) {
      ObjectName name = layout.covering(sealed).orElseThrow().stat().name();
      Header header = log.header(name).orElseThrow(() -> log.gone(name));
      place = Place.after(header);
    }
    return place;
  }

  Place place() {
    return place;
  }

  long newest() {
    return place.position() - 1;
  }

  KnownIds ids() {
    return ids;
  }

  long unsealedBytes() {
    return unsealedBytes;
  }

  void sealed() {
    unsealedBytes = 0;
  }

  /// Takes in what others appended.
  void follow() {
    follow(log.layout());
  }

  /// Takes in what this process appended.
  void append(Place next, long bytes) {
    place = next;
    unsealedBytes += bytes;
  }

  private void follow(Layout layout) {
    LogCursor cursor = new LogCursor(log, layout, place);
    for (Optional<List<Frame>> frames = cursor.next(); frames.isPresent(); frames = cursor.next()) {
      for (Frame frame : frames.get()) {
        TransactionCodec.Payload payload = Payloads.of(log, frame);
        ids.add(
            TransactionId.of(payload.transaction()), new Known(frame.position(), payload.digest()));
        place =
            new Place(cursor.nextBatch(), frame.position() + 1, frame.chain(), place.upTo(payload));
        unsealedBytes += frame.size();
      }
      place = new Place(cursor.nextBatch(), place.position(), place.chain(), place.upTo());
    }
  }

  private void addIds(ObjectName name) {
    Header header = log.header(name).orElseThrow(() -> log.gone(name));
    ids.add(SegmentIndex.read(log, name, header));
  }
}
