package dev.gnomon.core.decision;

import dev.gnomon.core.catalogue.RollbackMode;
import java.util.Optional;

/// What can be done about a failure that may come, the least intrusive first.
public enum Option {
  /// Nothing, until it fails.
  STAY,
  /// Take a fresh shadow, so that less is lost if it fails.
  PRE_STAGE,
  /// Serve the shadow instead of the primary.
  SWITCH,
  /// Serve the shadow, repair the primary, return to it.
  SWITCH_AND_RESTORE,
  /// Repair the primary where it lies.
  RESTORE;

  /// How a rollback does it; empty: it is no rollback.
  public Optional<RollbackMode> mode() {
    return switch (this) {
      case STAY, PRE_STAGE -> Optional.empty();
      case SWITCH -> Optional.of(RollbackMode.SWITCH);
      case SWITCH_AND_RESTORE -> Optional.of(RollbackMode.SWITCH_AND_RESTORE);
      case RESTORE -> Optional.of(RollbackMode.RESTORE);
    };
  }
}
