package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointDiff;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.ShadowStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever captures a resource, it asks for the compression that the resource's shadow says.
class CompressionTest {
  @TempDir Path root;
  private final List<CaptureRequest> captured = new ArrayList<>();
  private World world;

  /// Remembers what was asked for.
  private final class Remembered implements ShadowStore {
    private final ShadowStore store;

    Remembered(ShadowStore store) {
      this.store = store;
    }

    @Override
    public List<Part> planCapture(CaptureRequest request) {
      captured.add(request);
      return store.planCapture(request);
    }

    @Override
    public void capturePart(CaptureRequest request, Part part, Progress progress) {
      captured.add(request);
      store.capturePart(request, part, progress);
    }

    @Override
    public CaptureOutcome commit(CaptureRequest request, List<Part> parts, Progress progress) {
      captured.add(request);
      return store.commit(request, parts, progress);
    }

    @Override
    public List<Point> points(ResourceName resource) {
      return store.points(resource);
    }

    @Override
    public Optional<Point> point(PointId id) {
      return store.point(id);
    }

    @Override
    public Comparison compare(PointId point, Place place, Progress progress) {
      return store.compare(point, place, progress);
    }

    @Override
    public PointDiff diff(PointId first, PointId second) {
      return store.diff(first, second);
    }
  }

  @BeforeEach
  void install() {
    Map<CellName, ObjectStore> objects = new LinkedHashMap<>();
    objects.put(World.EAST, new InMemoryObjectStore());
    objects.put(World.WEST, new InMemoryObjectStore());
    world = new World(root, objects);
    world.shadows = Remembered::new;
    world.fences = AdvisoryFence::new;
    resource("quick", Compression.LZ4);
    resource("bare", Compression.NONE);
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private void resource(String name, Compression compression) {
    world.resource(name, RollbackMode.SWITCH_AND_RESTORE);
    world.change(
        name,
        "shadows",
        List.of(
            new ShadowSpec(
                World.WEST,
                ShadowType.FULL,
                Optional.empty(),
                Optional.of(world.replica(name)),
                compression)));
    world.write(world.location(name).resolve("file"), "good");
  }

  private void rollBack(String name) {
    PointRef point = world.shadow(name);
    world.write(world.served(name).resolve("file"), "bad");
    world.rollback(
        World.to(name, Optional.of(point.point().toString()), Optional.of(RollbackMode.SWITCH)));
  }

  /// Leaves a generation that nothing leads to, and that somebody wrote to behind its fence.
  private void leaveAndDrop(String name) throws Exception {
    for (int i = 0; i < 4; i++) {
      rollBack(name);
    }
    world.shadow(name);
    Path hidden = world.replica(name).resolve(".000001.gnomon-fenced");
    Path left = Files.exists(hidden) ? hidden : world.replica(name).resolve("000001");
    Files.writeString(left.resolve("order"), "acknowledged");
    Resource resource =
        world.resources.stream()
            .filter(one -> one.name().value().equals(name))
            .findFirst()
            .orElseThrow();
    assertThat(
            world.dropGenerations.execute(resource, world.dropGenerations.plan(resource)).failed())
        .isEmpty();
  }

  @Test
  void shadowsUndoPointsAndWhatALeftGenerationHeldAreCompressedAsTheShadowSays() throws Exception {
    leaveAndDrop("quick");
    leaveAndDrop("bare");

    for (Map.Entry<String, Compression> one :
        Map.of("quick", Compression.LZ4, "bare", Compression.NONE).entrySet()) {
      List<CaptureRequest> requests =
          captured.stream()
              .filter(request -> request.resource().value().equals(one.getKey()))
              .toList();
      assertThat(requests)
          .extracting(CaptureRequest::kind)
          .contains(PointKind.COMMAND, PointKind.UNDO);
      assertThat(requests)
          .as("what rollbacks keep")
          .anyMatch(
              request -> request.kind() == PointKind.UNDO && !request.job().startsWith("dropped-"));
      assertThat(requests)
          .as("what left generations held")
          .anyMatch(request -> request.job().startsWith("dropped-"));
      assertThat(requests)
          .allSatisfy(request ->
              assertThat(request.compression()).as(request.job()).isEqualTo(one.getValue()));
    }
  }
}
