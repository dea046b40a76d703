package dev.gnomon.protect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.ObserveWrites;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.verification.catalogue.PlainResource;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Small installations to begin tests from.
final class Worlds {
  private Worlds() {}

  /// Two empty cells on one clock.
  static Map<CellName, ObjectStore> cells(SettableClock clock) {
    Map<CellName, ObjectStore> objects = new LinkedHashMap<>();
    objects.put(World.EAST, new InMemoryObjectStore(clock));
    objects.put(World.WEST, new InMemoryObjectStore(clock));
    return objects;
  }

  /// `shop` depends on `stock`, which depends on `base`; each holds a few files.
  static World shop(Path root, Map<CellName, ObjectStore> objects, RollbackMode mode) {
    World world = new World(root, objects);
    world.resource("base", mode);
    world.resource("stock", mode, "base");
    world.resource("shop", mode, "stock");
    for (String name : new String[] {"base", "stock", "shop"}) {
      fill(world, name, "good");
    }
    return world.restart();
  }

  /// Twenty small files in a few directories.
  static void fill(World world, String name, String text) {
    for (int i = 0; i < 20; i++) {
      world.write(world.location(name).resolve("dir" + i % 3 + "/file" + i), text + " " + name + i);
    }
  }

  /// Declares a directory with a journal in cell `west` and a symbolic link.
  static Resource journaled(World world, String name, RollbackMode mode) {
    return world.add(
        PlainResource.directory(name, world.location(name))
            .shadows(
                new ShadowSpec(
                    World.WEST, ShadowType.TRANSACTIONAL, Optional.empty(), Optional.empty()))
            .rollback(mode)
            .allowAdvisoryFence()
            .actuators(new ActuatorSpec.Symlink(world.link(name)))
            .resource());
  }

  /// Tells journals of a write, which is a transaction of its own.
  static void announce(World world, String name, String id, Instant time, Write write) {
    announce(world, name, "/app", id, time, write);
  }

  /// @param source in which the id is unique
  static void announce(
      World world, String name, String source, String id, Instant time, Write write) {
    new ObserveWrites(world.catalogue, world.stores)
        .observed(
            new ResourceName(name),
            List.of(new Transaction(source, id, time, Optional.empty(), List.of(write))));
  }

  /// What is told of a file that was written.
  static Write.Put written(String key, String text) {
    return new Write.Put(
        Key.utf8(key),
        Optional.empty(),
        Map.of("mode", "644"),
        new Content.Inline(text.getBytes(UTF_8)));
  }

  /// What a bad deployment does: changes, deletes and adds.
  static void damage(World world, String name) {
    Path served = world.served(name);
    try {
      world.write(served.resolve("dir0/file0"), "bad");
      Files.deleteIfExists(served.resolve("dir1/file1"));
      world.write(served.resolve("new/added"), "added");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Flips a bit in every pack that a cell holds and that it did not hold before.
  static void damagePacks(World world, CellName cell, java.util.Set<String> but) {
    InMemoryObjectStore store = (InMemoryObjectStore) world.objects.get(cell);
    store.names().stream()
        .filter(name -> name.value().startsWith("store/packs/") && !but.contains(name.value()))
        .forEach(name ->
            store.damage(
                name,
                bytes -> {
                  for (int i = 0; i < bytes.length; i++) {
                    bytes[i] ^= 1;
                  }
                  return bytes;
                }));
  }

  static java.util.Set<String> packs(World world, CellName cell) {
    return ((InMemoryObjectStore) world.objects.get(cell))
        .names().stream()
            .map(Object::toString)
            .filter(name -> name.startsWith("store/packs/"))
            .collect(java.util.stream.Collectors.toSet());
  }

  static String point(PointRef ref) {
    return ref.point().toString();
  }

  /// Has automation judge a prediction as the function does.
  ///
  /// @return the rollbacks that it began
  static Set<String> predict(World world, Prediction prediction) {
    Set<String> begun = new LinkedHashSet<>();
    world.events.addAll(
        world.automation.predicted(
            prediction,
            id -> {
              begun.add(id);
              world.rollbacks.advance(id, Optional.empty());
            }));
    world.deliver();
    return begun;
  }

  /// What automation decided on an event.
  static Decision decision(World world, ResourceName resource, String eventId) {
    return world
        .records
        .read(ObjectName.of("decisions", resource, Answers.key(eventId)), Decision.class)
        .orElseThrow();
  }
}
