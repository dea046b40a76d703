package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.runtime.health.Dependencies;
import dev.gnomon.runtime.health.Dependency;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the functions depend on. Nothing can be decided without the control store. The store of
/// another cell is only reported: a rollback may be what it is needed for that this cell is away.
/// So is Redis, which is an index.
@Singleton
class Ready implements Dependencies {
  /// Read whether it is there or not: a store says which, or that it can't.
  private static final ObjectName ASKED = new ObjectName("cell/probe");

  private final Catalogue catalogue;
  private final CellObjects cells;
  private final IndexLink index;
  private final KnownControlStore known;
  private final UnappliedRoutes unapplied;

  @Inject
  Ready(
      Catalogue catalogue,
      CellObjects cells,
      IndexLink index,
      KnownControlStore known,
      UnappliedRoutes unapplied) {
    this.known = known;
    this.unapplied = unapplied;
    this.catalogue = catalogue;
    this.cells = cells;
    this.index = index;
  }

  @Override
  public List<Dependency> dependencies() {
    List<Dependency> all = new ArrayList<>();
    for (CellName cell : catalogue.cells().stream().map(Cell::name).distinct().toList()) {
      boolean control = cell.equals(catalogue.control());
      all.add(
          new Dependency(
              (control ? "control store " : "store ") + cell, control, () -> ask(cell, control)));
    }
    all.addAll(unapplied.dependencies());
    index
        .redis()
        .ifPresent(redis ->
            all.add(
                new Dependency(
                    "Redis",
                    false,
                    () -> {
                      if (!redis.answers()) {
                        throw new IllegalStateException("Redis does not answer");
                      }
                    })));
    return all;
  }

  private void ask(CellName cell, boolean control) throws Exception {
    Optional<InputStream> found = cells.once(cell).read(ASKED, ByteRange.ALL);
    if (found.isPresent()) {
      found.get().close();
    }
    if (control) {
      known.require(); // It may have been away at the start.
    }
  }
}
