package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.journal.Journals;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.prefix.Buckets;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Expiry;
import dev.gnomon.core.shadow.PointContents;
import dev.gnomon.core.shadow.PointMarks;
import dev.gnomon.core.shadow.Restorer;
import dev.gnomon.core.shadow.Serving;
import dev.gnomon.core.shadow.ShadowStore;
import dev.gnomon.store.ShadowStores;
import dev.gnomon.store.StoreSettings;
import dev.gnomon.store.keys.MasterKeys;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// Opens the shadow store of a cell when it is first needed.
public final class StoreCells implements CellStores {
  private final Catalogue catalogue;
  private final Function<CellName, ObjectStore> objects;
  private final StoreSettings settings;
  private final Buckets buckets;
  private final Map<CellName, ShadowStores> open = new ConcurrentHashMap<>();

  public StoreCells(Catalogue catalogue, Function<CellName, ObjectStore> objects, Duration grace) {
    this(catalogue, objects, grace, Buckets.NONE);
  }

  /// @param buckets opens the resources that are prefixes
  public StoreCells(
      Catalogue catalogue,
      Function<CellName, ObjectStore> objects,
      Duration grace,
      Buckets buckets) {
    this.buckets = buckets;
    this.catalogue = catalogue;
    this.objects = objects;
    this.settings = StoreSettings.DEFAULT.withGrace(grace);
  }

  @Override
  public ShadowStore shadows(CellName cell) {
    return of(cell).shadows();
  }

  @Override
  public Restorer restorer(CellName cell) {
    return of(cell).restorer();
  }

  @Override
  public Expiry expiry(CellName cell) {
    return of(cell).expiry();
  }

  @Override
  public PointMarks marks(CellName cell) {
    return of(cell).marks();
  }

  @Override
  public PointContents contents(CellName cell) {
    return of(cell).contents();
  }

  @Override
  public Journals journals(CellName cell) {
    return of(cell).journals();
  }

  @Override
  public Serving serving(CellName cell) {
    return of(cell).serving();
  }

  private ShadowStores of(CellName name) {
    Cell cell = catalogue.cell(name).orElseThrow(() -> new Refusal("unknown cell '" + name + "'"));
    return open.computeIfAbsent(
        name,
        wanted ->
            ShadowStores.open(
                objects.apply(wanted),
                settings.withKey(
                    cell.encryption()
                        .map(encryption -> MasterKeys.ofEnvironment().open(encryption.key()))),
                buckets));
  }
}
