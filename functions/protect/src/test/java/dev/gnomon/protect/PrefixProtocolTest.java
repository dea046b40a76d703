package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.actuators.FenceByPlace;
import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.filesystem.actuators.FileAppliedEpochs;
import dev.gnomon.verification.buckets.InMemoryBucket;
import dev.gnomon.verification.catalogue.PlainResource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The whole way of a resource that is a prefix of a bucket: update, shadow, rollback in place,
/// undo.
class PrefixProtocolTest {
  private static final S3Prefix PLACE = S3Prefix.of("s3+http://host:9000/bucket/data");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private final InMemoryBucket bucket = new InMemoryBucket(clock::instant);
  private World world;

  @BeforeEach
  void install() {
    install(Versions.COPY, Fenced.ENFORCED, root);
  }

  private void install(Versions versions, Fenced fenced, Path directory) {
    Map<CellName, ObjectStore> cells = Worlds.cells(clock);
    world = new World(directory, cells);
    PrefixSpec spec =
        new PrefixSpec(Optional.empty(), Optional.empty(), versions, false, Optional.empty());
    world.buckets = place -> bucket.open(place, spec);
    world.fences =
        directories ->
            new FenceByPlace(
                directories,
                new OpenFence(new FileAppliedEpochs(directory.resolve("prefix-state")), fenced));
    world.add(
        PlainResource.prefix("data", PLACE, spec)
            .shadows(
                new ShadowSpec(
                    World.WEST, ShadowType.DIFFERENTIAL, Optional.empty(), Optional.empty()))
            .allowAdvisoryFence()
            .actuators(
                new ActuatorSpec.Command(
                    List.of(
                        "sh",
                        "-c",
                        "echo $GNOMON_STATE $GNOMON_PRIMARY_PATH >> " + applied(directory)),
                    Duration.ofSeconds(30)))
            .checks(
                new CheckSpec(
                    "names-the-place",
                    List.of("sh", "-c", "test \"$GNOMON_TREE\" = " + PLACE),
                    Duration.ofSeconds(30)))
            .resource());
    world.restart();
  }

  private static Path applied(Path directory) {
    return directory.resolve("applied");
  }

  private SortedMap<String, String> fill() {
    for (int i = 0; i < 30; i++) {
      bucket.put(
          "data/object-%02d".formatted(i),
          "good " + i,
          new Attributes(
              new TreeMap<>(Map.of("content-type", "text/x-" + i)),
              new TreeMap<>(Map.of("by", "somebody")),
              new TreeMap<>(Map.of("stage", "live"))));
    }
    settle();
    return bucket.contents();
  }

  private SortedMap<String, String> damage() {
    bucket.put("data/object-03", "bad");
    bucket.delete("data/object-04");
    bucket.put("data/added", "added");
    settle();
    return bucket.contents();
  }

  private void settle() {
    clock.forward(Duration.ofSeconds(5));
  }

  private static RollbackRequest newest() {
    return World.to("data", Optional.empty(), Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({"COPY,NONE,ENFORCED", "USE,ENABLED,ENFORCED", "COPY,ENABLED,ADVISORY"})
  void updateIsPreparedAndRolledBackInPlaceAndUndone(
      Versions versions, Versioning versioning, Fenced fenced) {
    bucket.versioning(versioning);
    install(versions, fenced, root.resolve(versions + "-" + fenced));
    SortedMap<String, String> good = fill();
    world.update("deploy-7", "data");
    assertThat(world.told(Fact.UpdateReady.class)).hasSize(1);
    SortedMap<String, String> damaged = damage();

    String id = world.rolledBack(World.ofUpdate("deploy-7"));

    assertThat(world.views.of(id).orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(bucket.contents()).isEqualTo(good);
    assertThat(world.route("data").primary().place()).isEqualTo(PLACE);
    assertThat(applied(root.resolve(versions + "-" + fenced)))
        .content()
        .endsWith("serving " + PLACE + "\n");

    String undo = world.rolledBack(World.undo(id));

    assertThat(world.views.of(undo).orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(bucket.contents()).isEqualTo(damaged);
    assertThat(world.open()).containsExactly("UPDATES deploy-7");
  }

  @Test
  void rollbackKilledAtEachStepEndsTheSame() {
    fill();
    world.shadow("data");
    damage();
    Set<String> steps = new LinkedHashSet<>();
    world.onStep = steps::add;
    world.rolledBack(newest());
    assertThat(steps).contains("fence", "undo", "restore", "validate");

    for (String step : steps) {
      bucket.versioning(Versioning.NONE);
      install(Versions.COPY, Fenced.ENFORCED, root.resolve("killed-at-" + step.replace('/', '-')));
      SortedMap<String, String> good = fill();
      bucket.delete("data/added");
      good.remove("data/added");
      world.shadow("data");
      damage();
      world.haltAfter = step;
      try {
        world.rolledBack(newest());
      } catch (Killed e) {
        assertThat(e).hasMessageContaining(step);
      }
      world.restart();
      world.sweep();
      world.sweep();

      assertThat(world.views.of("data-e1").orElseThrow().state()).as(step).isEqualTo(State.SERVING);
      assertThat(bucket.contents()).as(step).isEqualTo(good);
    }
  }

  @Test
  void captureAndRestoreGoInPartsAsEvents() {
    SortedMap<String, String> good = fill();
    world.partBytes = 20;
    world.restart();
    world.shadow("data");
    for (int i = 0; i < 30; i++) {
      bucket.put("data/object-%02d".formatted(i), "everything is bad " + i);
    }
    settle();

    String id = world.rolledBack(newest());

    assertThat(world.views.of(id).orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(bucket.contents()).isEqualTo(good);
  }

  @Test
  void whatAWriterPutsBehindAnAdvisoryFenceIsKeptAsAPoint() {
    install(Versions.COPY, Fenced.ADVISORY, root.resolve("advisory"));
    SortedMap<String, String> good = fill();
    world.shadow("data");
    damage();
    world.onStep =
        step -> {
          if (step.equals("undo")) {
            bucket.put("data/late", "written after the undo point");
            settle();
          }
        };

    String id = world.rolledBack(newest());

    assertThat(world.views.of(id).orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(bucket.contents()).isEqualTo(good);
    assertThat(world.points("data")).anyMatch(point -> point.job().startsWith("strays-"));
  }

  @Test
  void restoreThatWouldDeleteTooMuchIsRefused() {
    fill();
    world.shadow("data");
    for (int i = 0; i < 100; i++) {
      bucket.put("data/more-" + i, "added");
    }
    settle();
    RollbackRequest request =
        new RollbackRequest(
            newest().target(),
            Optional.empty(),
            Optional.empty(),
            false,
            newest().by(),
            "a test asked for it",
            Optional.empty());
    SortedMap<String, String> before = bucket.contents();

    String id = world.rolledBack(request);

    assertThat(world.views.of(id).orElseThrow().state()).isEqualTo(State.FAILED);
    assertThat(bucket.contents()).isEqualTo(before);
  }

  @Test
  void prefixHasNothingToSwitchTo() {
    fill();
    world.shadow("data");

    assertThat(world.rollback(World.to("data", Optional.empty(), Optional.of(RollbackMode.SWITCH))))
        .isInstanceOf(Begun.Refused.class);
  }
}
