package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.ChooseMoment.Answer;
import dev.gnomon.core.rollback.ChooseMoment.Wanted;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Chooses the points of a rollback: the newest consistent one not after the cutoff, then older
/// ones; before them the newest moment of a journal, where there is one. Never chosen by itself:
/// SUSPECT and held points, undo points, points about to expire.
public final class ChoosePoint {
  /// How many points a rollback tries before it gives up.
  public static final int MAX_CANDIDATES = 5;

  /// How many points are looked at for a moment to stand on.
  private static final int MAX_BASES = 20;

  private static final String TRANSACTION = "transaction:";
  private static final String POSITION = "position:";

  private final ControlRecords records;
  private final CellStores stores;
  private final Suspicions suspicions;
  private final ChooseMoment moments;

  public ChoosePoint(ControlRecords records, CellStores stores, Suspicions suspicions) {
    this.records = records;
    this.stores = stores;
    this.suspicions = suspicions;
    this.moments = new ChooseMoment(records, stores, suspicions.clockTolerance());
  }

  /// Outcome of a choice.
  public sealed interface Choice {
    /// @param why a sentence about the first candidate
    /// @param moment whether the first candidate is a moment of a journal, made for this; the
    ///   points follow
    record Chosen(List<Candidate> candidates, String why, boolean moment) implements Choice {
      public Chosen(List<Candidate> candidates, String why) {
        this(candidates, why, false);
      }

      /// The candidates that nobody made for this.
      List<Candidate> points() {
        return moment ? candidates.subList(1, candidates.size()) : candidates;
      }
    }

    record Nothing(String reason) implements Choice {}
  }

  /// Of a resource with a journal the newest moment is chosen that lies before the time or the
  /// cutoff: it is made a point, which is found again when this is asked again. If the journal
  /// can't bring it back, the newest point is chosen and the sentence says why; where a person
  /// named the moment, nothing is.
  ///
  /// @param epoch of the current route
  /// @param to what a person named: a point, a point of a cell, a time, or `transaction:ID` or
  ///   `position:N` of a journal
  /// @param cutoff newest time a point may have if nothing was named
  public Choice choose(
      Resource resource, Epoch epoch, Optional<String> to, Optional<Instant> cutoff) {
    if (to.isEmpty()) {
      return cutoff.isPresent() && ChooseMoment.isJournaled(resource)
          ? upTo(resource, epoch, cutoff.get(), false)
          : points(resource, cutoff);
    }
    Optional<Wanted.Transaction> transaction;
    try {
      transaction = transaction(to.get());
    } catch (NumberFormatException e) {
      return new Choice.Nothing("'%s' is no position of a journal".formatted(to.get()));
    }
    if (transaction.isPresent()) {
      return exactly(resource, epoch, transaction.get());
    }
    try {
      Instant time = Instant.parse(to.get());
      return ChooseMoment.isJournaled(resource)
          ? upTo(resource, epoch, time, true)
          : points(resource, Optional.of(time));
    } catch (DateTimeParseException notATime) {
      return named(resource, to.get());
    }
  }

  private static Optional<Wanted.Transaction> transaction(String text) {
    if (text.startsWith(TRANSACTION)) {
      return Optional.of(new Wanted.Transaction.Named(text.substring(TRANSACTION.length())));
    }
    return text.startsWith(POSITION)
        ? Optional.of(new Wanted.Transaction.At(Long.parseLong(text.substring(POSITION.length()))))
        : Optional.empty();
  }

  /// The newest moment of a journal on the newest usable point not after a time.
  private Choice upTo(Resource resource, Epoch epoch, Instant time, boolean named) {
    if (!(points(resource, Optional.of(time)) instanceof Choice.Chosen points)) {
      return points(resource, Optional.of(time));
    }
    String why = "";
    for (ChooseMoment.Footing base : footings(resource, time)) {
      Optional<Instant> suspect = named ? Optional.empty() : suspect(resource, base.point());
      switch (moments.on(
          resource, epoch, base, new Wanted(Optional.of(time), suspect, Optional.empty()))) {
        case Answer.Made made -> {
          if (named && made.barred().isPresent()) {
            return tooFar(resource, time, made.barred().get(), points);
          }
          if (made.moment().time().isBefore(points.candidates().getFirst().time())) {
            return new Choice.Chosen(
                points.candidates(),
                "%s; the last transaction before there is older".formatted(points.why()));
          }
          return with(
              made.moment(),
              "%s, not after %s%s".formatted(made.why(), time, also(made.barred())),
              points);
        }
        case Answer.ThePoint point -> {
          if (named && point.barred().isPresent()) {
            return tooFar(resource, time, point.barred().get(), points);
          }
          return new Choice.Chosen(
              points.candidates(),
              "%s; %s%s".formatted(points.why(), point.why(), also(point.barred())));
        }
        case Answer.None none -> why = why.isEmpty() ? none.why() : why + "; " + none.why();
      }
    }
    return named
        ? tooFar(resource, time, why, points)
        : new Choice.Chosen(
            points.candidates(),
            "%s; the journal gives no newer moment: %s".formatted(points.why(), why));
  }

  private static Choice tooFar(Resource resource, Instant time, String why, Choice.Chosen points) {
    return new Choice.Nothing(
        "the journal of %s can't bring back %s: %s. The newest point before it is %s: name that one to go there"
            .formatted(resource.name(), time, why, points.candidates().getFirst().point()));
  }

  /// The moment after one transaction, on the newest point that surely holds nothing newer. As a
  /// point that a person names, it is taken as it is, with no older one behind it.
  private Choice exactly(Resource resource, Epoch epoch, Wanted.Transaction transaction) {
    if (!ChooseMoment.isJournaled(resource)) {
      return new Choice.Nothing(
          "%s has no shadow of type transactional, so there is no journal to name a transaction of"
              .formatted(resource.name()));
    }
    List<CellName> cells = ChooseMoment.cells(resource);
    if (transaction instanceof Wanted.Transaction.At && cells.size() > 1) {
      return new Choice.Nothing(
          "%s has journals of their own in cells %s, and a position may be another transaction in each: name a transaction or a time"
              .formatted(resource.name(), cells));
    }
    Wanted wanted = new Wanted(Optional.empty(), Optional.empty(), Optional.of(transaction));
    String why = "no usable point of %s is in a cell with a journal".formatted(resource.name());
    for (Found one : bases(resource, cells, transaction)) {
      switch (moments.on(
          resource, epoch, new ChooseMoment.Footing(one.ref(), one.point()), wanted)) {
        case Answer.Made made -> {
          if (made.barred().isEmpty()) {
            return new Choice.Chosen(List.of(made.moment()), made.why());
          }
          why = made.barred().get();
        }
        case Answer.ThePoint point -> {
          if (point.barred().isEmpty()) {
            return new Choice.Chosen(
                withTwins(resource, List.of(Candidate.of(one.ref(), one.point()))),
                "%s is that moment: %s".formatted(one.ref(), point.why()));
          }
          why = point.barred().get();
        }
        case Answer.None none -> why = none.why();
      }
    }
    return new Choice.Nothing(
        "the journal of %s can't bring that moment back: %s".formatted(resource.name(), why));
  }

  /// The newest usable points of cells with a journal, then the newest that are older than a
  /// transaction: however many were taken since, one of those may be gone on from.
  private Set<Found> bases(
      Resource resource, List<CellName> cells, Wanted.Transaction transaction) {
    Set<Found> bases = new LinkedHashSet<>();
    usable(resource, Optional.empty())
        .filter(one -> cells.contains(one.ref().cell()))
        .limit(MAX_BASES)
        .forEach(bases::add);
    for (CellName cell : cells) {
      moments
          .recorded(resource, cell, transaction)
          .ifPresent(recorded ->
              usable(resource, Optional.of(recorded))
                  .filter(one -> one.ref().cell().equals(cell))
                  .limit(MAX_BASES)
                  .forEach(bases::add));
    }
    return bases;
  }

  private static Choice with(Candidate moment, String why, Choice.Chosen points) {
    List<Candidate> candidates = new ArrayList<>(List.of(moment));
    points.candidates().stream().limit(MAX_CANDIDATES - 1L).forEach(candidates::add);
    return new Choice.Chosen(candidates, why, true);
  }

  /// The newest usable point of each cell with a journal, newest first.
  private List<ChooseMoment.Footing> footings(Resource resource, Instant time) {
    Set<CellName> left = new LinkedHashSet<>(ChooseMoment.cells(resource));
    List<ChooseMoment.Footing> bases = new ArrayList<>();
    Iterator<Found> found =
        usable(resource, Optional.of(time))
            .filter(one -> left.contains(one.ref().cell()))
            .iterator();
    while (!left.isEmpty() && found.hasNext()) {
      Found next = found.next();
      if (left.remove(next.ref().cell())) {
        bases.add(new ChooseMoment.Footing(next.ref(), next.point()));
      }
    }
    return bases;
  }

  /// The points of an update, or a newer state than they have: the moment of a journal just before
  /// a time.
  ///
  /// @param points one a shadow cell
  /// @param point the one that is chosen where no journal has a newer moment
  /// @param why a clause about it
  Choice.Chosen newerThan(
      Resource resource,
      Epoch epoch,
      List<PointRef> points,
      Instant before,
      Candidate point,
      String why) {
    StringBuilder reasons = new StringBuilder(why);
    for (CellName cell : ChooseMoment.cells(resource)) {
      for (PointRef ref : points) {
        Optional<Point> on =
            ref.cell().equals(cell) ? stores.shadows(cell).point(ref.point()) : Optional.empty();
        if (on.isEmpty()) {
          continue;
        }
        switch (moments.on(
            resource,
            epoch,
            new ChooseMoment.Footing(ref, on.get()),
            new Wanted(Optional.of(before), suspect(resource, on.get()), Optional.empty()))) {
          case Answer.Made made -> {
            return new Choice.Chosen(
                List.of(made.moment(), Candidate.of(ref, on.get())),
                made.why() + also(made.barred()),
                true);
          }
          case Answer.ThePoint same ->
              reasons.append("; ").append(same.why()).append(also(same.barred()));
          case Answer.None none ->
              reasons.append("; the journal gives no newer moment: ").append(none.why());
        }
      }
    }
    return new Choice.Chosen(List.of(point), reasons.toString());
  }

  private static String also(Optional<String> barred) {
    return barred.map(text -> "; " + text).orElse("");
  }

  /// Where writes become suspect after a point; nowhere is far away.
  private Optional<Instant> suspect(Resource resource, Point point) {
    return Optional.of(suspicions.of(resource.name()).beginning(point.time()).orElse(Instant.MAX));
  }

  /// Points only, newest first.
  Choice points(Resource resource, Optional<Instant> cutoff) {
    List<Candidate> candidates =
        usable(resource, cutoff)
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

  private Stream<Found> usable(Resource resource, Optional<Instant> cutoff) {
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
        .sorted(NEWEST_FIRST)
        .filter(found -> !expiring(found.ref()) && finished(found.point()));
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
          "'%s' is neither a point (%s) nor an RFC 3339 time, nor transaction:ID or position:N of a journal"
              .formatted(text, e.getMessage()));
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
    return points(resource, Optional.of(candidate.time().minusNanos(1)))
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
