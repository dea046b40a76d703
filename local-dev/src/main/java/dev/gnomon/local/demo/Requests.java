package dev.gnomon.local.demo;

import dev.gnomon.events.By;
import dev.gnomon.events.Mode;
import dev.gnomon.events.RollbackRequested;
import java.util.Optional;

/// What the demos ask a Gnomon for, as a person.
final class Requests {
  private static final Optional<String> REASON = Optional.of("the demo");

  private Requests() {}

  /// @param mode empty: the one of the resource
  static RollbackRequested rollback(String resource, String point, Optional<Mode> mode) {
    return new RollbackRequested(
        Optional.of(resource),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(point),
        mode,
        Optional.of(true),
        By.PERSON,
        REASON);
  }

  /// @param rollback the id of one that has ended
  static RollbackRequested undo(String rollback) {
    return new RollbackRequested(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(rollback),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        By.PERSON,
        REASON);
  }
}
