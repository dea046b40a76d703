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
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Removes generations of a replica that nothing needs any more: a newer one is in step with its
/// point, no route, open rollback or next undo leads to it, and what it held when it was left is a
/// point.
public final class DropGenerations {
  /// Before a generation is deleted it gets a name that nobody takes for a generation.
  private static final String DROPPED = ".dropped-";

  private static final Pattern GENERATION = Pattern.compile("[0-9]{6,18}");
  private static final Pattern LEFT_OVER = Pattern.compile("\\.dropped-[0-9]{6,18}");

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

  /// The generations that may go, newest first; nothing is changed.
  ///
  /// @throws UncheckedIOException if the replica's directory can't be listed
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
    return generations(replica.get()).stream()
        .filter(generation -> generation < newest.get().generation())
        .filter(generation -> {
          Location location = replica.get().location(generation);
          return !location.equals(route.get().primary())
              && !Optional.of(location).equals(left)
              && fence.content(resource, location).isPresent()
              && captured(resource, replica.get(), generation);
        })
        .map(generation -> replica.get().location(generation))
        .toList();
  }

  /// What is on the disk, not what the log counts: generations may be missing in between.
  private static List<Long> generations(Replica replica) {
    return names(replica.directory()).stream()
        .filter(name -> GENERATION.matcher(name).matches())
        .map(Long::parseLong)
        .distinct()
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  /// What became of a sweep.
  ///
  /// @param removed places that are gone now
  /// @param failed what could not be removed, a sentence each; the next call tries it again
  public record Swept(List<Path> removed, List<String> failed) {
    public Swept {
      removed = List.copyOf(removed);
      failed = List.copyOf(failed);
    }
  }

  /// Carries a plan out, and finishes what an earlier call began. What can't be removed does not
  /// keep the rest from going. Nothing is touched that does not have the name of a generation.
  public Swept execute(Resource resource, List<Location> plan) {
    Optional<Replica> replica = replicas.of(resource);
    Optional<Route> route = routes.current(resource.name());
    if (replica.isEmpty() || route.isEmpty()) {
      return new Swept(List.of(), List.of());
    }
    List<Path> removed = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    for (Location location : plan) {
      if (replica.get().generation(location).isEmpty()) {
        throw new IllegalArgumentException(
            "%s is no generation of the replica of %s".formatted(location, resource.name()));
      }
      attempt(
          location.path(),
          failed,
          () -> {
            if (fence.release(resource, location, route.get().epoch().next())
                instanceof Fence.Release.Lifted) {
              Path path = Path.of(location.path());
              Files.move(path, path.resolveSibling(DROPPED + path.getFileName()));
            }
          });
    }
    for (String name : names(replica.get().directory())) {
      if (LEFT_OVER.matcher(name).matches()) {
        Path doomed = replica.get().directory().resolve(name);
        attempt(
            doomed.toString(),
            failed,
            () -> {
              new TreeRemoval().remove(doomed);
              removed.add(doomed);
            });
      }
    }
    return new Swept(removed, failed);
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void attempt(String what, List<String> failed, Step step) {
    try {
      step.run();
    } catch (NoSuchFileException e) {
      return; // another sweep was faster
    } catch (IOException | UncheckedIOException e) {
      failed.add("%s can't be removed: %s".formatted(what, e));
    }
  }

  private static List<String> names(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("the replica " + directory + " can't be listed", e);
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
}
