package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.rollback.ChoosePoint.Choice;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.PointRef;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Finds the point that a person named, with or without its cell, and others that are as good.
final class NamedPoint {
  private final CellStores stores;

  NamedPoint(CellStores stores) {
    this.stores = stores;
  }

  Choice of(Resource resource, String text) {
    PointId id;
    List<CellName> cells;
    try {
      if (text.indexOf(':') >= 0) {
        PointRef ref = PointRef.parse(text);
        id = ref.point();
        cells = List.of(ref.cell());
      } else {
        id = PointId.parse(text);
        cells = UsablePoints.cells(resource);
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
    if (!UsablePoints.cells(resource).containsAll(cells)) {
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
  List<Candidate> withTwins(Resource resource, List<Candidate> found) {
    Set<Candidate> all = new LinkedHashSet<>(found);
    for (CellName cell : UsablePoints.cells(resource)) {
      stores.shadows(cell).points(resource.name()).stream()
          .filter(point -> point.content().equals(found.getFirst().content()))
          .map(point -> Candidate.of(new PointRef(cell, point.id()), point))
          .forEach(all::add);
    }
    return all.stream().limit(ChoosePoint.MAX_CANDIDATES).toList();
  }
}
