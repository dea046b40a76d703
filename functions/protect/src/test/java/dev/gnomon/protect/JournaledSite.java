package dev.gnomon.protect;

import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.ChoosePoint;
import dev.gnomon.core.rollback.PlanRollback;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackViews.Member;
import dev.gnomon.core.rollback.Suspicions;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A directory with a journal, good writes and bad ones, for tests of rollbacks to moments.
abstract class JournaledSite {
  static final ResourceName SITE = new ResourceName("site");

  @TempDir Path root;
  final SettableClock clock = new SettableClock();
  final InMemoryObjectStore west = new InMemoryObjectStore(clock);
  final HookedObjectStore hooked = new HookedObjectStore(west);
  World world;

  @BeforeEach
  void install() {
    Map<CellName, ObjectStore> cells = new LinkedHashMap<>();
    cells.put(World.EAST, new InMemoryObjectStore(clock));
    cells.put(World.WEST, hooked);
    world = new World(root, cells);
    Worlds.journaled(world, "site", RollbackMode.RESTORE);
    Worlds.fill(world, "site", "good");
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  Path file(String key) {
    return world.location("site").resolve(key);
  }

  void announce(String id, Write write) {
    Worlds.announce(world, "site", id, clock.instant(), write);
  }

  /// Writes a file, and announces that.
  void put(String id, String key, String text) {
    world.write(file(key), text);
    announce(id, Worlds.written(key, text));
  }

  void delete(String id, String key) throws IOException {
    Files.delete(file(key));
    announce(id, new Write.Delete(Key.utf8(key), Optional.empty()));
  }

  Instant later() {
    clock.forward(Duration.ofMinutes(1));
    return clock.instant();
  }

  static RollbackRequest to(String moment) {
    return World.to("site", Optional.of(moment), Optional.empty());
  }

  Member member(String rollback) {
    return world.views.of(rollback).orElseThrow().resources().getFirst();
  }

  String refused(RollbackRequest request) {
    return switch (world.rollback(request)) {
      case Begun.Refused refused -> refused.reason();
      case Begun other -> throw new AssertionError("not refused: " + other);
    };
  }

  List<Point> moments() {
    return world.points("site").stream().filter(point -> point.kind() == PointKind.MOMENT).toList();
  }

  Map<String, String> tree() {
    return Trees.of(world.location("site"));
  }

  /// A point, good writes, then bad ones.
  ///
  /// @return what stood there, and when, between them
  Good goodAndBad() throws IOException {
    world.shadow("site");
    put("t1", "dir0/file0", "newer than the point");
    delete("t2", "dir1/file1");
    put("t3", "added/deep/one", "one");
    Map<String, String> good = tree();
    Instant between = later();
    later();
    put("t4", "dir0/file0", "bad");
    put("t5", "added/deep/one", "bad");
    put("t6", "bad/one", "bad");
    delete("t7", "dir2/file2");
    return new Good(good, between);
  }

  record Good(Map<String, String> tree, Instant time) {}

  static String named(String how, Good good) {
    return switch (how) {
      case "time" -> good.time().toString();
      case "transaction" -> "transaction:t3";
      case "position" -> "position:3";
      default -> throw new IllegalArgumentException(how);
    };
  }

  PlanRollback plans() {
    return new PlanRollback(
        world.surroundings,
        new ChoosePoint(
            world.records,
            world.stores,
            new Suspicions(world.records, world.catalogue.clockTolerance())));
  }
}
