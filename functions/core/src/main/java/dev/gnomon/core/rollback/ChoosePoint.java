package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Chooses the points of a rollback: the newest consistent one not after the cutoff, then older
/// ones. Never chosen by itself: SUSPECT and held points, undo points, points about to expire.
public final class ChoosePoint {
  /// How many points a rollback tries before it gives up.
  public static final int MAX_CANDIDATES = 5;

  private final ControlRecords records;
  private final CellStores stores;
  private final Suspicions suspicions;

  public ChoosePoint(ControlRecords records, CellStores stores, Suspicions suspicions) {
    this.records = records;
    this.stores = stores;
    this.suspicions = suspicions;
  }

  /// Outcome of a choice.
  public sealed interface Choice {
    /// @param why a sentence about the first candidate
    record Chosen(List<Candidate> candidates, String why) implements Choice {}

    record Nothing(String reason) implements Choice {}
  }

  /// @param to what a person named: a point, a point of a cell, or a time
  /// @param cutoff newest time a point may have if nothing was named
  public Choice choose(Resource resource, Optional<String> to, Optional<Instant> cutoff) {
    if (to.isEmpty()) {
      return newest(resource, cutoff);
    }
    try {
      return newest(resource, Optional.of(Instant.parse(to.get())));
    } catch (DateTimeParseException notATime) {
      return named(resource, to.get());
    }
  }

  private Choice newest(Resource resource, Optional<Instant> cutoff) {
    Suspicions.Held suspects = suspicions.of(resource.name());
    Predicate<Point> usable =
        point ->
            (point.consistent() || resource.onChange() == OnChange.FUZZY)
                && !point.held()
                && point.kind() != PointKind.UNDO
                && !suspects.covers(point)
                && cutoff.map(limit -> !point.time().isAfter(limit)).orElse(true);
    List<Candidate> candidates =
        cells(resource).stream()
            .flatMap(cell ->
                stores.shadows(cell).points(resource.name()).stream()
                    .filter(usable)
                    .map(point -> new Found(new PointRef(cell, point.id()), point)))
            .sorted(NEWEST_FIRST)
            .filter(found -> !expiring(found.ref()) && finished(found.point()))
            .limit(MAX_CANDIDATES)
            .map(found -> Candidate.of(found.ref(), found.point()))
            .toList();
    if (candidates.isEmpty()) {
      return new Choice.Nothing(
          "no usable rollback point of %s%s"
              .formatted(resource.name(), cutoff.map(limit -> " not after " + limit).orElse("")));
    }
    Candidate first = candidates.getFirst();
    return new Choice.Chosen(
        candidates,
        "%s of %s is the newest usable point%s"
            .formatted(
                first.point(),
                first.time(),
                cutoff.map(limit -> " not after " + limit).orElse("")));
  }

  private record Found(PointRef ref, Point point) {}

  private static final Comparator<Found> NEWEST_FIRST =
      Comparator.comparing((Found found) -> found.point().time())
          .thenComparing(found -> found.ref().point().sequence())
          .reversed();

  /// A point counts once the job that took it has ended with it: until then nobody has looked
  /// whether its source stood still.
  private boolean finished(Point point) {
    // A return point is taken behind a fence, by a rollback.
    return point.kind() == PointKind.RETURN
        || !records.exists(ObjectName.of("jobs", point.job(), "parts"))
        || records.exists(ObjectName.of("jobs", point.job(), "result"));
  }

  private Choice named(Resource resource, String text) {
    PointId id;
    List<CellName> cells;
    try {
      if (text.indexOf(':') >= 0) {
        PointRef ref = PointRef.parse(text);
        id = ref.point();
        cells = List.of(ref.cell());
      } else {
        id = PointId.parse(text);
        cells = cells(resource);
      }
    } catch (IllegalArgumentException e) {
      return new Choice.Nothing(
          "'%s' is neither a point (%s) nor an RFC 3339 time".formatted(text, e.getMessage()));
    }
    if (!id.resource().equals(resource.name())) {
      return new Choice.Nothing(
          "%s is a point of %s, not of %s".formatted(id, id.resource(), resource.name()));
    }
    if (!cells(resource).containsAll(cells)) {
      return new Choice.Nothing(
          "%s has no shadow in cell %s".formatted(resource.name(), cells.getFirst()));
    }
    List<Candidate> found = new ArrayList<>();
    for (CellName cell : cells) {
      stores
          .shadows(cell)
          .point(id)
          .ifPresent(point -> found.add(Candidate.of(new PointRef(cell, id), point)));
    }
    if (found.isEmpty()) {
      return new Choice.Nothing("there is no point %s".formatted(text));
    }
    if (found.size() > 1 && found.stream().map(Candidate::content).distinct().count() > 1) {
      return new Choice.Nothing(
          "%s is a point of its own in each of %s: name the cell, such as %s"
              .formatted(id, cells, found.getFirst().point()));
    }
    return new Choice.Chosen(withTwins(resource, found), text + " was asked for by name");
  }

  /// Other points with the very same content, of whatever cell: as good as the one that was named.
  private List<Candidate> withTwins(Resource resource, List<Candidate> found) {
    Set<Candidate> all = new LinkedHashSet<>(found);
    for (CellName cell : cells(resource)) {
      stores.shadows(cell).points(resource.name()).stream()
          .filter(point -> point.content().equals(found.getFirst().content()))
          .map(point -> Candidate.of(new PointRef(cell, point.id()), point))
          .forEach(all::add);
    }
    return all.stream().limit(MAX_CANDIDATES).toList();
  }

  /// The next older usable point than a candidate, for people.
  public Optional<PointRef> olderThan(Resource resource, Candidate candidate) {
    return newest(resource, Optional.of(candidate.time().minusNanos(1)))
            instanceof Choice.Chosen chosen
        ? Optional.of(chosen.candidates().getFirst().point())
        : Optional.empty();
  }

  /// Mark of a point that must not be chosen any more.
  ///
  /// @param reason why, if it is not simply about to expire
  public record Tombstone(Optional<String> reason, Instant time) {}

  /// Whether expiry has announced that it deletes this point.
  public boolean expiring(PointRef ref) {
    return records.exists(tombstone(ref));
  }

  /// Name under which expiry announces that it deletes a point, before it looks whether the point
  /// is pinned.
  public static ObjectName tombstone(PointRef ref) {
    return ObjectName.of("expiring", ref.cell(), ref.point());
  }

  private static List<CellName> cells(Resource resource) {
    return resource.shadows().stream().map(ShadowSpec::cell).distinct().toList();
  }
}
