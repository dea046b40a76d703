package dev.gnomon.core.rollback;

import dev.gnomon.core.actuators.Actuators;
import dev.gnomon.core.actuators.Check;
import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.replica.Replicas;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.shadow.CellStores;
import java.time.Duration;

/// What rollbacks work with, put together at one place.
///
/// @param partBytes largest amount of file content for one part of a capture or a restore
/// @param patience how long a step that fails on this machine (a full disk, a refused write, an
///   actuator that does not answer) is tried again before the rollback gives up
/// @param destinations where to switch to, and when to come home
public record Surroundings(
    Catalogue catalogue,
    ControlRecords records,
    OpenWork openWork,
    RouteTable routes,
    CellStores stores,
    Replicas replicas,
    Fence fence,
    Actuators actuators,
    Check check,
    Checkpoint checkpoint,
    long partBytes,
    Duration patience,
    Destinations destinations) {
  /// A world in which nothing is preferred.
  public Surroundings(
      Catalogue catalogue,
      ControlRecords records,
      OpenWork openWork,
      RouteTable routes,
      CellStores stores,
      Replicas replicas,
      Fence fence,
      Actuators actuators,
      Check check,
      Checkpoint checkpoint,
      long partBytes,
      Duration patience) {
    this(
        catalogue,
        records,
        openWork,
        routes,
        stores,
        replicas,
        fence,
        actuators,
        check,
        checkpoint,
        partBytes,
        patience,
        Destinations.DECLARED);
  }
}
