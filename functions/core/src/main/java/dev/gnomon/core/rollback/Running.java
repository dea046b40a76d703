package dev.gnomon.core.rollback;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteTable;
import java.util.Optional;

/// Finds the rollback of a resource that has begun and not ended: the one that began from the
/// current epoch, or the one that made the current route.
public final class Running {
  private final ControlRecords records;

  public Running(ControlRecords records) {
    this.records = records;
  }

  public Optional<Intent> of(ResourceName resource, Route current) {
    return open(new RollbackRecords(records, resource, current.epoch()))
        .or(() -> RollbackRecords.causing(records, resource, current.cause()).flatMap(this::open));
  }

  /// The rollback that brought a resource to where it is served from the shadow, and waits for its
  /// old primary.
  public Optional<Intent> waiting(RouteTable routes, Route current) {
    return new Brought(records, routes)
        .by(current)
        .filter(rollback -> !rollback.has("done") && waits(rollback))
        .flatMap(RollbackRecords::intent);
  }

  /// A rollback that serves from the shadow and only waits for an old primary that may never come
  /// back, or not be fit to return to, keeps nobody from protecting the shadow.
  public static boolean waits(RollbackRecords rollback) {
    if (!rollback.has("released")) {
      return false;
    }
    boolean forThePrimary =
        rollback.read("undo", Steps.UndoStep.class).map(Steps.UndoStep::unreachable).orElse(false)
            && !rollback.has("late-undo");
    boolean toReturn = rollback.has("return-waits") && !rollback.has("freezing");
    return forThePrimary || toReturn;
  }

  private Optional<Intent> open(RollbackRecords rollback) {
    Optional<Intent> intent = rollback.intent();
    return intent.isPresent() && !rollback.has("done") && !waits(rollback)
        ? intent
        : Optional.empty();
  }
}
