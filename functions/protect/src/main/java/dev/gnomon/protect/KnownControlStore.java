package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectStoreException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Before anything else at start-up: refuses a control store that is not the one that this
/// installation began with.
@Singleton
class KnownControlStore {
  private static final Logger LOG = Logger.getLogger(KnownControlStore.class);

  private final CellName cell;
  private final ControlRecords records;
  private final ControlStoreMark mark;

  @Inject
  KnownControlStore(Catalogue catalogue, ControlRecords records, StateDirectory state) {
    this.cell = catalogue.control();
    this.records = records;
    this.mark = new ControlStoreMark(state.path());
  }

  void start(@Observes @Priority(50) StartupEvent event) {
    recognise();
  }

  /// @throws IllegalStateException if it is another one
  void recognise() {
    try {
      mark.differs(cell, records)
          .ifPresent(reason -> {
            throw new IllegalStateException(reason);
          });
    } catch (ObjectStoreException e) {
      Optional<CellName> before = mark.remembered().map(ControlStoreMark.Remembered::cell);
      if (before.isPresent() && !before.get().equals(cell)) {
        throw new IllegalStateException(
            "the control store moved from cell %s to cell %s, which can't be asked whether it is the same: %s"
                .formatted(before.get(), cell, e.getMessage()),
            e);
      }
      LOG.warnf(
          "the control store in cell %s can't be asked for its identity: %s", cell, e.getMessage());
    }
  }

  /// For readiness, since the store may have been away at the start.
  void require() {
    mark.differs(cell, records)
        .ifPresent(reason -> {
          throw new IllegalStateException(reason);
        });
  }
}
