package dev.gnomon.core.replica;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.rollback.Intent;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.rollback.Steps;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.ShadowStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Removes generations of a replica that nothing needs any more: a newer one equals its point or
/// was in step with the primary, or another one stays that was complete; no route, open rollback or
/// next undo leads to it, and what it held when it was left is a point, or it never served. One
/// that was left behind an advisory fence may have been written since: what differs from its point
/// is kept as another one first.
public final class DropGenerations {
  /// Before a generation is deleted it gets a name that nobody takes for a generation.
  private static final String DROPPED = ".dropped-";

  /// A generation that is still to be compared with its point, at a path that no writer knows.
  private static final String LEAVING = ".leaving-";

  private static final Pattern LEFT_OVER = Pattern.compile("\\.dropped-[0-9]{6,18}");
  private static final Pattern TO_COMPARE = Pattern.compile("\\.leaving-[0-9]{6,18}");

  private final ControlRecords records;
  private final RouteTable routes;
  private final Replicas replicas;
  private final Fence fence;
  private final CellStores stores;
  private final Map<ResourceName, Served> served = new ConcurrentHashMap<>();
  private final Set<Location> emptied = ConcurrentHashMap.newKeySet();

  public DropGenerations(
      ControlRecords records,
      RouteTable routes,
      Replicas replicas,
      Fence fence,
      CellStores stores) {
    this.records = records;
    this.routes = routes;
    this.replicas = replicas;
    this.fence = fence;
    this.stores = stores;
  }

  /// The primaries of all routes up to an epoch.
  private record Served(long epoch, Set<Location> primaries) {}

  /// What became of a generation when it was left for the last time.
  ///
  /// @param surely whether it can't have been written since
  private record Captured(PointRef point, boolean surely) {}

  /// The generations that may go, newest first; nothing is changed.
  ///
  /// @throws UncheckedIOException if the replica's directory can't be listed
  public List<Location> plan(Resource resource) {
    return replicas.all(resource).stream()
        .flatMap(replica -> plan(resource, replica).stream())
        .toList();
  }

  private List<Location> plan(Resource resource, Replica replica) {
    Optional<ReplicaEntry> newest = replica.newest();
    Optional<Route> route = routes.current(resource.name());
    if (newest.isEmpty()
        || route.isEmpty()
        || (newest.get().event() != ReplicaEntry.Event.SYNCED
            && newest.get().event() != ReplicaEntry.Event.FOLLOWING)
        || new Running(records).of(resource.name(), route.get()).isPresent()) {
      return List.of();
    }
    Optional<Location> left =
        RollbackRecords.causing(records, resource.name(), route.get().cause())
            .flatMap(RollbackRecords::done)
            .flatMap(Steps.DoneStep::left)
            .map(one -> one.location());
    Optional<Long> complete = replica.lastComplete();
    // What is there, not what the log counts: generations may be missing in between.
    return replica.generations().stream()
        .filter(generation -> generation < newest.get().generation())
        .filter(generation -> !Optional.of(generation).equals(complete))
        .map(replica::location)
        .filter(location ->
            !location.equals(route.get().primary())
                && !Optional.of(location).equals(left)
                && isThere(resource, location)
                && (captured(resource, location).isPresent() || !served(route.get(), location)))
        .toList();
  }

  /// A prefix is always there; what counts is whether it holds objects. One that holds none stays
  /// so: no sync goes back to an older generation.
  private boolean isThere(Resource resource, Location location) {
    return switch (location.place()) {
      case Place.Directory directory -> fence.content(resource, location).isPresent();
      case S3Prefix objects -> {
        boolean empty =
            emptied.contains(location) || stores.serving(location.cell()).isEmpty(objects);
        if (empty) {
          emptied.add(location);
        }
        yield !empty;
      }
    };
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
    Optional<Route> route = routes.current(resource.name());
    if (route.isEmpty()) {
      return new Swept(List.of(), List.of());
    }
    List<Path> removed = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    for (Location location : plan) {
      long generation =
          replicas.all(resource).stream()
              .flatMap(replica -> replica.generation(location).stream())
              .findFirst()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "%s is no generation of the replica of %s"
                          .formatted(location, resource.name())));
      switch (location.place()) {
        case Place.Directory directory ->
            attempt(location.path(), failed, () -> leave(resource, location, route.get()));
        case S3Prefix objects ->
            attempt(
                location.path(),
                failed,
                () -> removeObjects(resource, location, objects, generation, route.get()));
      }
    }
    for (ShadowSpec shadow : resource.shadows()) {
      if (shadow.replica().isPresent()) {
        replicas
            .of(resource, shadow)
            .ifPresent(replica -> finish(resource, replica, removed, failed));
      }
    }
    return new Swept(removed, failed);
  }

  private void leave(Resource resource, Location location, Route route) throws IOException {
    if (fence.release(resource, location, route.epoch().next()) instanceof Fence.Release.Lifted) {
      Path path = location.place().directory();
      boolean surely = isSurelyCaptured(resource, location);
      Files.move(path, path.resolveSibling((surely ? DROPPED : LEAVING) + path.getFileName()));
    }
  }

  private boolean isSurelyCaptured(Resource resource, Location location) {
    return captured(resource, location).map(Captured::surely).orElse(true); // or it never served
  }

  /// The fence, where there is one, stays until the objects have gone.
  private void removeObjects(
      Resource resource, Location location, S3Prefix objects, long generation, Route route)
      throws IOException {
    if (!isSurelyCaptured(resource, location)) {
      keep(resource, location, generation, objects);
    }
    stores.serving(location.cell()).remove(objects);
    if (resource.location() instanceof S3Prefix) {
      fence.release(resource, location, route.epoch().next());
    }
  }

  /// What earlier calls began in a directory.
  private void finish(Resource resource, Replica replica, List<Path> removed, List<String> failed) {
    for (String name : names(replica.directory())) {
      if (TO_COMPARE.matcher(name).matches()) {
        Path leaving = replica.directory().resolve(name);
        long generation = Long.parseLong(name.substring(LEAVING.length()));
        attempt(
            leaving.toString(),
            failed,
            () -> {
              keep(resource, replica.location(generation), generation, Place.of(leaving));
              Files.move(
                  leaving, leaving.resolveSibling(DROPPED + name.substring(LEAVING.length())));
            });
      }
    }
    for (String name : names(replica.directory())) {
      if (LEFT_OVER.matcher(name).matches()) {
        Path doomed = replica.directory().resolve(name);
        attempt(
            doomed.toString(),
            failed,
            () -> {
              new TreeRemoval().remove(doomed);
              removed.add(doomed);
            });
      }
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void attempt(String what, List<String> failed, Step step) {
    try {
      step.run();
    } catch (NoSuchFileException e) {
      return; // another sweep was faster
    } catch (IOException | UncheckedIOException | ObjectStoreException e) {
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

  /// The point that the content of a generation became when it was left for the last time.
  private Optional<Captured> captured(Resource resource, Location location) {
    Optional<Captured> captured = Optional.empty();
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
        captured = undo(at);
      }
      Optional<Captured> returned = returnedFrom(resource, at, location);
      captured = returned.isPresent() ? returned : captured;
    }
    return captured;
  }

  private static Optional<Captured> undo(RollbackRecords at) {
    boolean enforced =
        at.read("fenced", Steps.FenceStep.class)
            .filter(fenced -> fenced.fenced() == Fenced.ENFORCED)
            .isPresent();
    return at.read("undo", Steps.UndoStep.class)
        .flatMap(Steps.UndoStep::ref)
        .map(ref -> new Captured(ref, enforced))
        // A primary that was out of reach was fenced later; how well, nobody wrote down.
        .or(() ->
            at.read("late-undo", Steps.UndoStep.class)
                .flatMap(Steps.UndoStep::ref)
                .map(ref -> new Captured(ref, false)));
  }

  private Optional<Captured> returnedFrom(
      Resource resource, RollbackRecords at, Location location) {
    Optional<Steps.MoveStep> frozen =
        at.read("frozen", Steps.MoveStep.class)
            .filter(move ->
                routes
                    .at(resource.name(), move.epoch())
                    .filter(route -> route.primary().equals(location))
                    .isPresent());
    return frozen.flatMap(move ->
        at.read("return-point", Steps.ReturnStep.class)
            .map(back -> new Captured(back.ref(), move.fenced() == Fenced.ENFORCED)));
  }

  /// Whether a route ever led to a location.
  private boolean served(Route current, Location location) {
    Served known =
        served.compute(
            current.resource(),
            (name, before) -> {
              long from = before == null ? 0 : before.epoch();
              Set<Location> primaries =
                  new HashSet<>(before == null ? Set.of() : before.primaries());
              for (long epoch = from + 1; epoch < current.epoch().value(); epoch++) {
                routes.at(name, new Epoch(epoch)).map(Route::primary).ifPresent(primaries::add);
              }
              primaries.add(current.primary());
              return new Served(Math.max(from, current.epoch().value()), Set.copyOf(primaries));
            });
    return known.primaries().contains(location);
  }

  /// `dropped/<resource>/<cell>/<generation>/<n>`: what was found in a generation that was left
  /// behind an advisory fence, kept before it goes.
  record Found(PointRef point) {}

  /// Returns when everything in a generation is a point.
  ///
  /// @param leaving where it stands now
  private void keep(Resource resource, Location location, long generation, Place leaving)
      throws IOException {
    RecordLog<Found> log =
        new RecordLog<>(
            records,
            "dropped/%s/%s/%06d".formatted(resource.name(), location.cell(), generation),
            Found.class);
    Optional<RecordLog.Numbered<Found>> last = log.last();
    Optional<PointRef> base =
        last.map(found -> found.record().point())
            .or(() -> captured(resource, location).map(Captured::point));
    if (base.isPresent() && equal(base.get(), leaving)) {
      return;
    }
    long number = last.map(RecordLog.Numbered::number).orElse(0L) + 1;
    CellName cell = base.map(PointRef::cell).orElse(location.cell());
    CaptureRequest request =
        new CaptureRequest(
                "dropped-%s-%s-%06d-%d"
                    .formatted(resource.name(), location.cell(), generation, number),
                resource.name(),
                leaving,
                PointKind.UNDO,
                Optional.empty(),
                resource.dependsOn(),
                OnChange.FUZZY,
                Long.MAX_VALUE)
            .compressedBy(resource.compression(cell));
    ShadowStore store = stores.shadows(cell);
    List<Part> parts = store.planCapture(request);
    parts.forEach(part -> store.capturePart(request, part, Progress.NONE));
    switch (store.commit(request, parts, Progress.NONE)) {
      case CaptureOutcome.Refused refused ->
          throw new IOException("what was written to it can't be kept: " + refused.reason());
      case CaptureOutcome.Taken taken -> {
        PointRef kept = new PointRef(cell, taken.point().id());
        log.append(number, new Found(kept));
        if (!equal(kept, leaving)) {
          throw new IOException("it is still written, after it was kept as " + kept);
        }
      }
    }
  }

  /// A point that can't be read any more counts as different.
  private boolean equal(PointRef point, Place tree) {
    try {
      return stores.shadows(point.cell()).compare(point.point(), tree, Progress.NONE).equal();
    } catch (DamagedPointException | IllegalArgumentException e) {
      return false;
    }
  }
}
