package dev.gnomon.protect;

import dev.gnomon.core.automation.Demand;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.events.By;
import dev.gnomon.events.Mode;
import dev.gnomon.events.RollbackRequested;
import java.util.List;
import java.util.Optional;

/// Reads a request for a rollback from its event.
final class RollbackRequests {
  private RollbackRequests() {}

  /// @throws Refusal if a name in it has the wrong form
  static RollbackRequest of(RollbackRequested wanted) {
    try {
      return new RollbackRequest(
          target(wanted),
          wanted.to(),
          wanted.mode().map(RollbackRequests::mode),
          wanted.allowDeletes().orElse(false),
          by(wanted.by()),
          wanted
              .reason()
              .orElse(
                  wanted.by() == By.PERSON ? "a person asked for it" : "automation asked for it"),
          Optional.empty(),
          Optional.empty(),
          wanted.toCell().map(CellName::new),
          Optional.empty());
    } catch (IllegalArgumentException e) {
      throw new Refusal(String.valueOf(e.getMessage()));
    }
  }

  /// @throws Refusal if a name in it has the wrong form
  static Demand demand(RollbackRequested wanted, String eventId) {
    return new Demand(
        of(wanted), wanted.onset(), wanted.noticed(), wanted.evidence().orElse(List.of()), eventId);
  }

  private static Target target(RollbackRequested wanted) {
    if (wanted.resource().isPresent()) {
      return new Target.OfResource(new ResourceName(wanted.resource().get()));
    }
    if (wanted.cell().isPresent()) {
      return new Target.OfCell(new CellName(wanted.cell().get()));
    }
    return wanted
        .updateId()
        .<Target>map(id -> new Target.OfUpdate(new UpdateId(id)))
        .orElseGet(() -> new Target.OfRollback(wanted.undoes().orElseThrow()));
  }

  static dev.gnomon.core.rollback.By by(By by) {
    return switch (by) {
      case PERSON -> dev.gnomon.core.rollback.By.PERSON;
      case AUTOMATION -> dev.gnomon.core.rollback.By.AUTOMATION;
    };
  }

  private static RollbackMode mode(Mode mode) {
    return switch (mode) {
      case SWITCH -> RollbackMode.SWITCH;
      case RESTORE -> RollbackMode.RESTORE;
      case SWITCH_AND_RESTORE -> RollbackMode.SWITCH_AND_RESTORE;
    };
  }
}
