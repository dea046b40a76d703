package dev.gnomon.store.capture;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.points.JobRecords.PartResult;
import dev.gnomon.store.points.PointRecords.Placed;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.tree.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Makes one capture's point: one state of the source, seen whole, then trees and index, then a
/// look at the condemned lists, then the point.
public final class Commit {
  private static final int MAX_ATTEMPTS = 3;

  private final StoreParts store;
  private final CaptureRequest request;
  private final List<Part> parts;
  private final Capturing source;

  public Commit(StoreParts store, CaptureRequest request, List<Part> parts, Capturing source) {
    this.store = store;
    this.request = request;
    this.parts = parts;
    this.source = source;
  }

  /// How one attempt ended.
  private sealed interface Attempt {
    record Ended(CaptureOutcome outcome) implements Attempt {}

    /// What it relied on is condemned, or it took too long: nothing of it may become a point.
    record Again(String reason) implements Attempt {}
  }

  public CaptureOutcome run() {
    Optional<Placed> earlier = store.jobs().finish(request.job(), request.resource());
    if (earlier.isPresent() && earlier.get() instanceof Placed.At at) {
      return new CaptureOutcome.Taken(at.point().point());
    }
    if (earlier.isPresent() && earlier.get() instanceof Placed.Gone gone) {
      return expired(gone);
    }
    String reason = "";
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      switch (attempt()) {
        case Attempt.Ended ended -> {
          return ended.outcome();
        }
        case Attempt.Again again -> reason = again.reason();
      }
    }
    return new CaptureOutcome.Refused(
        "the capture was begun " + MAX_ATTEMPTS + " times and could not be finished: " + reason);
  }

  private Attempt attempt() {
    Instant begun = store.objects().time();
    BlobSession session = store.session(request.compression());
    List<PartResult> read = partResults();
    Capturing.Seen seen;
    try {
      seen = source.see(session, read);
    } catch (NotCapturedException e) {
      return refused(e.reason());
    }
    Entry.Totals totals = seen.totals();
    List<Point> points =
        store.points().of(request.resource()).stream().map(StoredPoint::point).toList();
    Protection protection = Protection.of(request.kind(), points);
    Optional<String> refusal = protection.refusal(totals);
    if (refusal.isPresent()) {
      return refused(refusal.get());
    }
    session.publish();
    Instant checked = store.objects().time();
    if (!store.holds(session)) {
      return new Attempt.Again("packs that it wrote or relied on were condemned meanwhile");
    }
    Instant started = request.readAhead() ? begun : started(begun, read);
    if (store.isTooOld(started)) {
      return new Attempt.Again("it took longer than half the grace time of the store");
    }
    long stored = session.storedBytes() + read.stream().mapToLong(PartResult::storedBytes).sum();
    StoredPoint template = stored(seen, started, checked, stored, protection.holds(totals));
    return switch (store.jobs().choose(checked, template)) {
      case Placed.At at -> new Attempt.Ended(new CaptureOutcome.Taken(at.point().point()));
      case Placed.Gone gone -> new Attempt.Ended(expired(gone));
      case Placed.TooOld old -> new Attempt.Again("it was held up before the point was written");
    };
  }

  private List<PartResult> partResults() {
    List<PartResult> results = new ArrayList<>();
    parts.stream()
        .sorted(Comparator.comparing(part -> RawName.parse(part.from()), RawName::compareInWalk))
        .forEach(part -> store.jobs().part(request.job(), part.number()).ifPresent(results::add));
    return results;
  }

  private static Instant started(Instant begun, List<PartResult> read) {
    return read.stream().map(PartResult::begun).reduce(begun, (a, b) -> a.isBefore(b) ? a : b);
  }

  private StoredPoint stored(
      Capturing.Seen seen, Instant started, Instant ended, long storedBytes, boolean held) {
    Point point =
        new Point(
            new PointId(request.resource(), 1), // the place decides
            request.kind(),
            started,
            seen.time().orElse(ended),
            request.updateId(),
            request.job(),
            request.dependsOn(),
            seen.content(),
            seen.totals().files(),
            seen.totals().bytes(),
            storedBytes,
            seen.consistent(),
            held,
            seen.notKept().named(),
            seen.notKept().count());
    return new StoredPoint(point, seen.root(), seen.hints(), seen.source(), seen.identity());
  }

  private CaptureOutcome expired(Placed.Gone gone) {
    return new CaptureOutcome.Refused(
        "job '%s' took %s, which has expired since".formatted(request.job(), gone.point()));
  }

  private static Attempt refused(String reason) {
    return new Attempt.Ended(new CaptureOutcome.Refused(reason));
  }
}
