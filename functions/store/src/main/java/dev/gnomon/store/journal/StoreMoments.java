package dev.gnomon.store.journal;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.journal.MomentPoints;
import dev.gnomon.core.places.Place.Directory;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Buckets;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.store.DeepStack;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.capture.Capturing;
import dev.gnomon.store.capture.Commit;
import dev.gnomon.store.points.PointRecords.Placed;
import dev.gnomon.store.points.StoredPoint;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Points of the moments of one journal. A point is made by a job whose name says the point that
/// the moment stands on and the position: the same moment has the same job, and a job makes one
/// point.
final class StoreMoments implements MomentPoints {
  /// A job whose point has expired makes no other one; then the next name is taken.
  private static final int MAX_NAMES = 1000;

  private final StoreParts store;
  private final LogReader reader;
  private final dev.gnomon.core.places.Place place;
  private final Buckets buckets;

  StoreMoments(
      StoreParts store, LogReader reader, dev.gnomon.core.places.Place place, Buckets buckets) {
    this.store = store;
    this.reader = reader;
    this.place = place;
    this.buckets = buckets;
  }

  @Override
  public Found find(PointId on, Limits limits) {
    store.format().checkReadable();
    try {
      Optional<StoredPoint> point = store.points().get(on);
      return point.isPresent()
          ? find(point.get(), limits)
          : new Found.Unreachable(on + " is not there any more");
    } catch (DamagedJournalException | DamagedPointException | BlobFault | Refusal e) {
      return new Found.Unreachable(String.valueOf(e.getMessage()));
    }
  }

  private Found find(StoredPoint point, Limits limits) {
    Layout layout = reader.log().layout();
    if (layout.isEmpty()) {
      return new Found.Unreachable(
          "the journal of %s has not begun".formatted(reader.log().resource()));
    }
    SincePoint since = SincePoint.of(reader, layout, point);
    Search search = new Search(limits, point);
    Optional<String> torn = since.each(before -> true, search::take);
    // The journal of a prefix holds all of a state; the point counts where none is put on it.
    Optional<String> hole =
        point.ofPrefix() ? since.prefixHole().filter(why -> search.put == 0) : since.hole();
    if (hole.isPresent()) {
      return new Found.Unreachable(hole.get());
    }
    return search.found(since.lastBefore(), torn);
  }

  /// Takes transactions behind a point up to the first one beyond a limit, and counts the others.
  private final class Search {
    private final Limits limits;
    private final StoredPoint point;
    private boolean open = true;
    private boolean barred;
    private long position;
    private String transaction = "";
    private Instant time;
    private long put;
    private long behind;
    private Instant earliestBehind = Instant.MAX;

    Search(Limits limits, StoredPoint point) {
      this.limits = limits;
      this.point = point;
      this.time = point.point().time();
    }

    boolean take(Recorded recorded) {
      if (open && isWithin(recorded)) {
        position = recorded.position();
        transaction = recorded.transaction().id();
        time = recorded.upTo().isAfter(time) ? recorded.upTo() : time;
        put++;
        return true;
      }
      open = false;
      behind++;
      earliestBehind = earlier(earliestBehind, recorded.recorded());
      earliestBehind = earlier(earliestBehind, recorded.transaction().time());
      return true;
    }

    private boolean isWithin(Recorded recorded) {
      boolean wanted =
          limits.happened().map(limit -> !recorded.upTo().isAfter(limit)).orElse(true)
              && (point.ofPrefix()
                  || limits
                      .recorded()
                      .map(limit -> !recorded.recorded().isAfter(limit))
                      .orElse(true))
              && limits.position().map(limit -> recorded.position() <= limit).orElse(true);
      if (!wanted) {
        return false;
      }
      Instant counts = point.ofPrefix() ? recorded.transaction().time() : recorded.recorded();
      barred = limits.barrier().map(counts::isAfter).orElse(false);
      return !barred;
    }

    /// @param lastBefore position of the last transaction that the point holds for sure
    Found found(long lastBefore, Optional<String> torn) {
      if (limits.position().isPresent() && !barred) {
        long wanted = limits.position().get();
        if (wanted < lastBefore || mayHoldOneBehind()) {
          return new Found.Unreachable(
              "%s may hold writes of transactions behind position %d"
                  .formatted(point.point().id(), wanted));
        }
        if (wanted > Math.max(position, lastBefore)) {
          throw reader.beyond(Math.max(position, lastBefore), wanted);
        }
      }
      if (put == 0) {
        return new Found.Nothing(behind, barred, torn);
      }
      if (mayHoldOneBehind()) {
        return new Found.Unreachable(
            "%s may hold writes of the %d transactions behind position %d"
                .formatted(point.point().id(), behind, position));
      }
      return new Found.At(
          point.point().id(), position, transaction, time, put, behind, barred, torn);
    }

    /// Whether the state would have something of a transaction that is left out. That of a prefix
    /// is the journal's alone where something is put; else its point may also hold versions that
    /// the journal has not found yet.
    private boolean mayHoldOneBehind() {
      Instant taken = point.point().time();
      if (point.ofPrefix()) {
        boolean unknown = limits.happened().filter(upTo -> !upTo.isAfter(taken)).isPresent();
        return put == 0 && (unknown || !earliestBehind.isAfter(taken));
      }
      return !earliestBehind.isAfter(taken);
    }

    private static Instant earlier(Instant one, Instant other) {
      return one.isBefore(other) ? one : other;
    }
  }

  @Override
  public Made make(Found.At moment) {
    store.format().ensureWritable();
    Optional<StoredPoint> point = store.points().get(moment.on());
    if (point.isEmpty()) {
      return new Made.Refused(moment.on() + " is not there any more");
    }
    for (int n = 1; n <= MAX_NAMES; n++) {
      String job = job(moment, n);
      Optional<Placed> earlier = store.jobs().finish(job, moment.on().resource());
      if (earlier.isPresent() && earlier.get() instanceof Placed.Gone) {
        continue;
      }
      try {
        return made(moment, point.get(), job);
      } catch (DamagedJournalException | BlobFault | Refusal e) {
        return new Made.Refused(String.valueOf(e.getMessage()));
      }
    }
    return new Made.Refused("its point has expired %d times".formatted(MAX_NAMES));
  }

  private Made made(Found.At moment, StoredPoint point, String job) {
    MomentReading reading =
        switch (place) {
          case Directory directory -> new MomentOfDirectory(store, reader, point, moment);
          case S3Prefix prefix ->
              new MomentOfPrefix(store, reader, point, moment, buckets.open(prefix));
        };
    CaptureRequest request =
        new CaptureRequest(
            job,
            moment.on().resource(),
            place,
            PointKind.MOMENT,
            Optional.empty(),
            point.point().dependsOn(),
            OnChange.FAIL,
            CaptureRequest.DEFAULT_PART_BYTES);
    CaptureOutcome outcome =
        DeepStack.call(
            "moment-" + moment.on().resource(),
            () -> new Commit(store, request, List.of(), reading).run());
    return switch (outcome) {
      case CaptureOutcome.Taken taken -> new Made.Taken(taken.point());
      case CaptureOutcome.Refused refused ->
          reading.isSame() ? new Made.Same() : new Made.Refused(refused.reason());
    };
  }

  private static String job(Found.At moment, int number) {
    return "moment-%020d-on-%020d%s@%s"
        .formatted(
            moment.position(),
            moment.on().sequence(),
            number == 1 ? "" : "-" + number,
            moment.on().resource());
  }

  /// Reads a moment for a commit.
  interface MomentReading extends Capturing {
    /// Whether the commit was refused because the moment is what the point holds.
    boolean isSame();
  }
}
