package dev.gnomon.store.journal;

import dev.gnomon.store.journal.Bases.BaseRecord;
import dev.gnomon.store.journal.Layout.Segment;
import dev.gnomon.store.points.StoredPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/// The transactions of a journal that were recorded after the capture of a point began, or too
/// shortly before that to tell. Whoever announces a write does so after it was made: so what was
/// recorded before is in the point. What was recorded after it may be in it or not; put on the
/// point in the order of the journal it leaves the same either way. For one thread.
final class SincePoint {
  /// Servers tell times of objects cut to whole seconds.
  private static final Duration BLUR = Duration.ofSeconds(2);

  private final LogReader reader;
  private final Layout layout;
  private final StoredPoint point;
  private final Place from;
  private final boolean surelyBefore;
  private boolean firstIsBefore;
  private boolean any;
  private long lastBefore;

  private SincePoint(
      LogReader reader, Layout layout, StoredPoint point, Place from, boolean surelyBefore) {
    this.reader = reader;
    this.layout = layout;
    this.point = point;
    this.from = from;
    this.surelyBefore = surelyBefore;
    this.lastBefore = from.position() - 1;
  }

  /// Everything in an object was recorded before the object was written: what lies in objects that
  /// are older than the point need not be read.
  static SincePoint of(LogReader reader, Layout layout, StoredPoint point) {
    Instant old = point.point().started().minus(BLUR);
    LogObjects log = reader.log();
    Place from = reader.first(layout);
    boolean surelyBefore = false;
    for (var base : layout.bases().descendingMap().entrySet()) {
      if (base.getValue().modified().isBefore(old)) {
        Place place = Bases.read(log, base.getKey()).place();
        // A base at 0 was written when the journal began: nothing says what was before.
        surelyBefore = base.getKey() > 0;
        from = place.position() > from.position() ? place : from;
        break;
      }
    }
    Optional<Segment> last = Optional.empty();
    for (Segment segment : layout.segments()) {
      if (segment.stat().modified().isBefore(old)) {
        last = Optional.of(segment);
      }
    }
    Optional<Header> header = last.flatMap(segment -> log.header(segment.stat().name()));
    if (header.isPresent()) {
      surelyBefore = true;
      Place place = Place.after(header.get());
      from = place.position() > from.position() ? place : from;
    }
    return new SincePoint(reader, layout, point, from, surelyBefore);
  }

  /// @param before told of those that are read although they were recorded before
  /// @param since told of the others; false ends the reading
  /// @return what was cut off at the end
  Optional<String> each(Predicate<Recorded> before, Predicate<Recorded> since) {
    return reader.each(
        layout,
        from,
        recorded -> {
          boolean isBefore = recorded.recorded().isBefore(point.point().started().minus(BLUR));
          firstIsBefore |= !any && isBefore;
          any = true;
          if (isBefore) {
            lastBefore = recorded.position();
            return before.test(recorded);
          }
          return since.test(recorded);
        });
  }

  /// Position of the last transaction that was recorded before; known once all were read.
  long lastBefore() {
    return lastBefore;
  }

  /// Why versions of a prefix between the point and the first transaction may be missing.
  Optional<String> prefixHole() {
    return surelyBefore || !from.upTo().isAfter(point.point().time())
        ? Optional.empty()
        : Optional.of(
            "the journal of %s goes back to %s, and %s was taken before"
                .formatted(reader.log().resource(), from.upTo(), point.point().id()));
  }

  /// Why transactions since the point may be missing; known once all were read.
  Optional<String> hole() {
    if (surelyBefore || firstIsBefore) {
      return Optional.empty();
    }
    if (from.position() > 1) {
      return Optional.of(
          "the journal of %s begins at position %d, after %s was taken"
              .formatted(reader.log().resource(), from.position(), point.point().id()));
    }
    Optional<BaseRecord> base = reader.base(layout, 0);
    boolean began =
        base.flatMap(BaseRecord::from)
            .filter(first -> first.sequence() <= point.point().id().sequence())
            .isPresent();
    return began
        ? Optional.empty()
        : Optional.of(
            "the journal of %s began after %s was taken"
                .formatted(reader.log().resource(), point.point().id()));
  }
}
