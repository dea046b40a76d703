package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.rollback.ChooseMoment.Answer;
import dev.gnomon.core.rollback.ChooseMoment.Wanted;
import dev.gnomon.core.rollback.ChoosePoint.Choice;
import dev.gnomon.core.rollback.MeantTransactions.Meant;
import dev.gnomon.core.rollback.UsablePoints.Found;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Chooses a moment of a journal, on the points that it can stand on: up to a time, after one
/// transaction, or behind the points of an update.
final class ChooseFromJournal {
  /// How many points are looked at for a moment to stand on.
  private static final int MAX_BASES = 20;

  private final CellStores stores;
  private final UsablePoints points;
  private final NamedPoint byName;
  private final ChooseMoment moments;
  private final MeantTransactions meant;

  ChooseFromJournal(
      CellStores stores, UsablePoints points, NamedPoint byName, ChooseMoment moments) {
    this.stores = stores;
    this.points = points;
    this.byName = byName;
    this.moments = moments;
    this.meant = new MeantTransactions(stores);
  }

  /// The newest moment of a journal on the newest usable point not after a time.
  Choice upTo(Resource resource, Epoch epoch, Instant time, boolean named) {
    Choice point =
        named ? points.notAfter(resource, time) : points.newest(resource, Optional.of(time));
    return point instanceof Choice.Chosen newest
        ? upTo(resource, epoch, time, named, newest)
        : point;
  }

  private Choice upTo(
      Resource resource, Epoch epoch, Instant time, boolean named, Choice.Chosen newest) {
    String why = "";
    for (ChooseMoment.Footing base : footings(resource, time, named)) {
      Optional<Instant> suspect = named ? Optional.empty() : points.suspect(resource, base.point());
      switch (moments.on(
          resource, epoch, base, new Wanted(Optional.of(time), suspect, Optional.empty()))) {
        case Answer.Made made -> {
          if (named && made.barred().isPresent()) {
            return tooFar(resource, time, made.barred().get(), newest);
          }
          if (made.moment().time().isBefore(newest.candidates().getFirst().time())) {
            return new Choice.Chosen(
                newest.candidates(),
                "%s; the last transaction before there is older".formatted(newest.why()));
          }
          return with(
              made.moment(),
              "%s, not after %s%s".formatted(made.why(), time, also(made.barred())),
              newest);
        }
        case Answer.ThePoint point -> {
          if (named && point.barred().isPresent()) {
            return tooFar(resource, time, point.barred().get(), newest);
          }
          return new Choice.Chosen(
              newest.candidates(),
              "%s; %s%s".formatted(newest.why(), point.why(), also(point.barred())));
        }
        case Answer.None none -> why = why.isEmpty() ? none.why() : why + "; " + none.why();
      }
    }
    return named
        ? tooFar(resource, time, why, newest)
        : new Choice.Chosen(
            newest.candidates(),
            "%s; the journal gives no newer moment: %s".formatted(newest.why(), why));
  }

  /// The moment after one transaction, on the newest point that surely holds nothing newer. As a
  /// point that a person names, it is taken as it is, with no older one behind it.
  Choice exactly(Resource resource, Epoch epoch, Wanted.Transaction transaction) {
    if (!ChooseMoment.isJournaled(resource)) {
      return new Choice.Nothing(
          "%s has no shadow of type transactional, so there is no journal to name a transaction of"
              .formatted(resource.name()));
    }
    return switch (meant.of(resource, transaction)) {
      case Meant.Unknown unknown -> new Choice.Nothing(unknown.why());
      case Meant.Known known -> exactly(resource, epoch, transaction, known);
    };
  }

  private Choice exactly(
      Resource resource, Epoch epoch, Wanted.Transaction transaction, Meant.Known known) {
    String why = "no usable point of %s is in a cell with a journal".formatted(resource.name());
    for (Found one : bases(resource, known.byCell())) {
      Wanted wanted =
          new Wanted(
              Optional.empty(),
              Optional.empty(),
              Optional.of(known.in(one.ref().cell(), transaction)));
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
                byName.withTwins(resource, List.of(Candidate.of(one.ref(), one.point()))),
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
            new Wanted(
                Optional.of(before), this.points.suspect(resource, on.get()), Optional.empty()))) {
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

  /// The newest usable point of each cell with a journal, newest first; those taken at risk last,
  /// unless a person named the time.
  private List<ChooseMoment.Footing> footings(Resource resource, Instant time, boolean named) {
    Set<CellName> left = new LinkedHashSet<>(ChooseMoment.cells(resource));
    List<ChooseMoment.Footing> bases = new ArrayList<>();
    Iterator<Found> found =
        (named
                ? points.of(resource, Optional.of(time))
                : points.surest(resource, Optional.of(time)))
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

  /// The newest usable points of cells with a journal, then the newest that are older than a
  /// transaction: however many were taken since, one of those may be gone on from.
  ///
  /// @param meant the transaction in the journal of each cell
  private Set<Found> bases(Resource resource, Map<CellName, List<JournalEntry>> meant) {
    Set<Found> bases = new LinkedHashSet<>();
    points
        .of(resource, Optional.empty())
        .filter(one -> meant.containsKey(one.ref().cell()))
        .limit(MAX_BASES)
        .forEach(bases::add);
    meant.forEach((cell, found) ->
        found.stream()
            .findFirst()
            .ifPresent(entry ->
                points
                    .of(resource, Optional.of(entry.recorded()))
                    .filter(one -> one.ref().cell().equals(cell))
                    .limit(MAX_BASES)
                    .forEach(bases::add)));
    return bases;
  }

  private static Choice with(Candidate moment, String why, Choice.Chosen points) {
    List<Candidate> candidates = new ArrayList<>(List.of(moment));
    points.candidates().stream().limit(ChoosePoint.MAX_CANDIDATES - 1L).forEach(candidates::add);
    return new Choice.Chosen(candidates, why, true);
  }

  private static Choice tooFar(Resource resource, Instant time, String why, Choice.Chosen points) {
    return new Choice.Nothing(
        "the journal of %s can't bring back %s: %s. The newest point before it is %s: name that one to go there"
            .formatted(resource.name(), time, why, points.candidates().getFirst().point()));
  }

  private static String also(Optional<String> barred) {
    return barred.map(text -> "; " + text).orElse("");
  }
}
