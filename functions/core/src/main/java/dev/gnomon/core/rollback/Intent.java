package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.Location;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The first record of a rollback, `rollbacks/<resource>/<epoch>/intent`: only one can begin from
/// one epoch.
///
/// @param rollback its id, `<resource>-e<epoch>`
/// @param candidates the chosen point, then older ones that may be used if it turns out damaged
/// @param source the primary that is left or repaired
/// @param left a location that an earlier rollback left behind fenced and that may serve again
/// @param group id of the group rollback it belongs to
/// @param undoes id of the rollback that it undoes
/// @param why a sentence: who asked, and why this point
/// @param request identity of the event that asked, if one did
/// @param target cell that it is switched to; empty: the only copy, or home from a shadow
/// @param blame what automation leaves the source for, if it knows
public record Intent(
    String rollback,
    ResourceName resource,
    Epoch epochBefore,
    String requestHash,
    RollbackMode mode,
    By by,
    String why,
    List<Candidate> candidates,
    Location source,
    Optional<Left> left,
    boolean allowDeletes,
    Optional<String> group,
    Optional<String> undoes,
    Optional<String> request,
    Optional<CellName> target,
    Optional<Blame> blame,
    Instant time) {
  public Intent {
    candidates = List.copyOf(candidates);
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException("a rollback of " + resource + " needs a point");
    }
  }

  /// Whether a person judged where the resource is to be. That an update failed is no such
  /// judgement, whoever says it: mostly a pipeline does, in somebody's name.
  public boolean judgedByPerson() {
    return by == By.PERSON && group.filter(GroupLog::isOfUpdate).isEmpty();
  }

  /// Id under which people and events speak of it: the group's, if it belongs to one.
  public String correlation() {
    return group.orElse(rollback);
  }
}
