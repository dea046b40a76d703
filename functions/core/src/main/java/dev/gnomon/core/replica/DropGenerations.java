package dev.gnomon.core.replica;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.Intent;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.rollback.Steps;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Removes generations of a replica that nothing needs any more: a newer one is in step with its
/// point, no route, open rollback or next undo leads to it, and what it held when it was left is a
/// point.
public final class DropGenerations {
  private final ControlRecords records;
  private final RouteTable routes;
  private final Replicas replicas;
  private final Fence fence;

  public DropGenerations(
      ControlRecords records, RouteTable routes, Replicas replicas, Fence fence) {
    this.records = records;
    this.routes = routes;
    this.replicas = replicas;
    this.fence = fence;
  }

  /// The generations that may go; nothing is changed.
  public List<Location> plan(Resource resource) {
    Optional<Replica> replica = replicas.of(resource);
    Optional<ReplicaEntry> newest = replica.flatMap(Replica::newest);
    Optional<Route> route = routes.current(resource.name());
    if (newest.isEmpty()
        || route.isEmpty()
        || newest.get().event() != ReplicaEntry.Event.SYNCED
        || new Running(records).of(resource.name(), route.get()).isPresent()) {
      return List.of();
    }
    Optional<Location> left =
        RollbackRecords.causing(records, resource.name(), route.get().cause())
            .flatMap(RollbackRecords::done)
            .flatMap(Steps.DoneStep::left)
            .map(one -> one.location());
    List<Location> droppable = new ArrayList<>();
    for (long generation = newest.get().generation() - 1; generation >= 1; generation--) {
      Location location = replica.get().location(generation);
      if (fence.content(resource, location).isEmpty()) {
        break;
      }
      if (!location.equals(route.get().primary())
          && !Optional.of(location).equals(left)
          && captured(resource, replica.get(), generation)) {
        droppable.add(location);
      }
    }
    return droppable;
  }

  /// Carries a plan out. What was begun and killed is finished by the next call.
  public void execute(Resource resource, List<Location> plan) {
    Optional<Route> route = routes.current(resource.name());
    if (route.isEmpty()) {
      return;
    }
    for (Location location : plan) {
      if (!(fence.release(resource, location, route.get().epoch().next())
          instanceof Fence.Release.Lifted)) {
        continue;
      }
      Path path = Path.of(location.path());
      Path doomed = path.resolveSibling(".dropped-" + path.getFileName());
      try {
        delete(doomed);
        Files.move(path, doomed);
        delete(doomed);
      } catch (IOException e) {
        throw new UncheckedIOException("generation " + location + " can't be removed", e);
      }
    }
  }

  /// Whether the content of a generation became a point when it was left for the last time.
  private boolean captured(Resource resource, Replica replica, long generation) {
    Location location = replica.location(generation);
    boolean captured = false;
    for (ObjectName name : records.names("rollbacks/" + resource.name() + "/")) {
      if (!name.value().endsWith("/intent")) {
        continue;
      }
      Optional<Intent> intent = records.read(name, Intent.class);
      if (intent.isEmpty()) {
        continue;
      }
      RollbackRecords at =
          new RollbackRecords(records, resource.name(), intent.get().epochBefore());
      if (intent.get().source().equals(location)) {
        captured = kept(at, "undo") || kept(at, "late-undo");
      }
      captured |= returnedFrom(resource, at, location);
    }
    return captured;
  }

  private static boolean kept(RollbackRecords at, String step) {
    return at.read(step, Steps.UndoStep.class).flatMap(Steps.UndoStep::ref).isPresent();
  }

  private boolean returnedFrom(Resource resource, RollbackRecords at, Location location) {
    return at.has("return-point")
        && at.read("frozen", Steps.MoveStep.class)
            .filter(frozen -> frozen.fenced() == Fenced.ENFORCED)
            .flatMap(frozen -> routes.at(resource.name(), frozen.epoch()))
            .map(route -> route.primary().equals(location))
            .orElse(false);
  }

  private static void delete(Path root) throws IOException {
    if (Files.notExists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException fault)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
