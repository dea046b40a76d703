package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.ChoosePoint.Choice;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The points of a resource that may be chosen by themselves, of all cells that shadow it, newest
/// first: consistent, not held, neither SUSPECT nor an undo point nor about to expire. One that was
/// taken because a failure was predicted was taken after the onset of some trouble: unless a person
/// says a time, it is chosen only where there is no other.
final class UsablePoints {
  private final ControlRecords records;
  private final CellStores stores;
  private final Suspicions suspicions;

  UsablePoints(ControlRecords records, CellStores stores, Suspicions suspicions) {
    this.records = records;
    this.stores = stores;
    this.suspicions = suspicions;
  }

  /// A point and the cell it is in.
  record Found(PointRef ref, Point point) {}

  private static final Comparator<Found> NEWEST_FIRST =
      Comparator.comparing((Found found) -> found.point().time())
          .thenComparing(found -> found.ref().point().sequence())
          .reversed();

  private static final Comparator<Found> SUREST_FIRST =
      Comparator.comparing(UsablePoints::atRisk).thenComparing(NEWEST_FIRST);

  /// Newest first.
  ///
  /// @param cutoff newest time a point may have
  Stream<Found> of(Resource resource, Optional<Instant> cutoff) {
    return listed(resource, cutoff, NEWEST_FIRST).stream().filter(this::free);
  }

  /// Those that were taken at risk behind all others.
  Stream<Found> surest(Resource resource, Optional<Instant> cutoff) {
    return listed(resource, cutoff, SUREST_FIRST).stream().filter(this::free);
  }

  /// The best ones for whoever named no time, as many as a rollback tries.
  Choice newest(Resource resource, Optional<Instant> cutoff) {
    return choice(resource, cutoff, listed(resource, cutoff, SUREST_FIRST));
  }

  /// The newest ones not after a time that a person said.
  Choice notAfter(Resource resource, Instant time) {
    Optional<Instant> cutoff = Optional.of(time);
    return choice(resource, cutoff, listed(resource, cutoff, NEWEST_FIRST));
  }

  /// Not after a time, newest first, as many as a rollback tries; none that was taken at risk.
  List<Candidate> sure(Resource resource, Instant time) {
    return candidates(
        listed(resource, Optional.of(time), NEWEST_FIRST).stream().filter(found -> !atRisk(found)));
  }

  private List<Found> listed(Resource resource, Optional<Instant> cutoff, Comparator<Found> order) {
    Suspicions.Held suspects = suspicions.of(resource.name());
    Predicate<Point> usable =
        point ->
            (point.consistent() || resource.onChange() == OnChange.FUZZY)
                && !point.held()
                && point.kind().isRegular()
                && !suspects.covers(point)
                && cutoff.map(limit -> !point.time().isAfter(limit)).orElse(true);
    return cells(resource).stream()
        .flatMap(cell ->
            stores.shadows(cell).points(resource.name()).stream()
                .filter(usable)
                .map(point -> new Found(new PointRef(cell, point.id()), point)))
        .sorted(order)
        .toList();
  }

  private static boolean atRisk(Found found) {
    return found.point().kind() == PointKind.PREDICTED;
  }

  private boolean free(Found found) {
    return !records.exists(ChoosePoint.tombstone(found.ref())) && finished(found.point());
  }

  private List<Candidate> candidates(Stream<Found> found) {
    return found
        .filter(this::free)
        .limit(ChoosePoint.MAX_CANDIDATES)
        .map(one -> Candidate.of(one.ref(), one.point()))
        .toList();
  }

  private Choice choice(Resource resource, Optional<Instant> cutoff, List<Found> listed) {
    List<Candidate> candidates = candidates(listed.stream());
    String limit = cutoff.map(time -> " not after " + time).orElse("");
    if (candidates.isEmpty()) {
      return new Choice.Nothing(
          "no usable rollback point of %s%s".formatted(resource.name(), limit));
    }
    Candidate first = candidates.getFirst();
    Optional<Found> newer =
        listed.stream()
            .filter(found -> atRisk(found) && found.point().time().isAfter(first.time()))
            .findFirst();
    return new Choice.Chosen(
        candidates,
        "%s of %s is the newest usable point%s%s"
            .formatted(
                first.point(),
                first.time(),
                limit,
                newer
                    .map(found ->
                        "; %s of %s is newer, but was taken when a failure was predicted"
                            .formatted(found.ref(), found.point().time()))
                    .orElse("")));
  }

  /// Where writes become suspect after a point; nowhere is far away.
  Optional<Instant> suspect(Resource resource, Point point) {
    return Optional.of(suspicions.of(resource.name()).beginning(point.time()).orElse(Instant.MAX));
  }

  /// Cells that shadow a resource.
  static List<CellName> cells(Resource resource) {
    return resource.shadows().stream().map(ShadowSpec::cell).distinct().toList();
  }

  /// A point counts once the job that took it has ended with it: until then nobody has looked
  /// whether its source stood still.
  private boolean finished(Point point) {
    // A return point is taken behind a fence, by a rollback.
    return point.kind() == PointKind.RETURN
        || !records.exists(ObjectName.of("jobs", point.job(), "parts"))
        || records.exists(ObjectName.of("jobs", point.job(), "result"));
  }
}
