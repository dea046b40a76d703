package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.RollbackViews.Member;
import dev.gnomon.core.rollback.Steps;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestoreRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/// An application that writes where the link of its resource leads and remembers each write that
/// succeeded; and old processes of it that go on writing to places which they were served from
/// before.
final class SimulatedApplication {
  private static final int FILES = 8;

  private final World world;
  private final String name;
  private final Random random;

  /// The newest acknowledged content of each file, as far as nothing has taken its place.
  private final Map<Path, String> acknowledged = new HashMap<>();

  private final Set<Path> servedFrom = new LinkedHashSet<>();
  private final Set<String> looked = new HashSet<>();
  private int number;
  private long writes;
  private long refused;
  private long setAside;

  SimulatedApplication(World world, String name, Random random) {
    this.world = world;
    this.name = name;
    this.random = random;
  }

  long writes() {
    return writes;
  }

  long refused() {
    return refused;
  }

  /// Acknowledged writes that a rollback took away and an undo point holds.
  long setAside() {
    return setAside;
  }

  /// Writes through the link and, like old processes would, at each place served from before. At
  /// most one of all these places may take it.
  void write() {
    Path now = world.served(name);
    servedFrom.add(now);
    Path file = Path.of("dir" + random.nextInt(2), "file" + random.nextInt(FILES));
    String content = name + " " + number++;
    Set<Path> took = new LinkedHashSet<>();
    for (Path place : servedFrom) {
      Path wanted = place.equals(now) ? file : Path.of("old-process");
      if (took(place.resolve(wanted), content)) {
        took.add(place);
      }
    }
    assertThat(took).as("places of %s that take writes at one time", name).hasSizeLessThan(2);
    if (took.contains(now)) {
      writes++;
      acknowledged.put(file, content);
    } else {
      refused++;
    }
  }

  /// A bad update: what it overwrites is gone where it is served.
  void damage() {
    for (int i = 0; i < FILES; i++) {
      write();
    }
  }

  private boolean took(Path file, String content) {
    try {
      if (!Files.isDirectory(file.getParent())) {
        return false;
      }
      Files.writeString(file, content);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// What was acknowledged is served, or the rollback that took it away has kept it.
  void check() {
    Path now = world.served(name);
    Set<Path> gone = new HashSet<>();
    acknowledged.forEach((file, content) -> {
      if (!Objects.equals(read(now.resolve(file)), content)) {
        gone.add(file);
      }
    });
    if (gone.isEmpty()) {
      return;
    }
    Map<Path, Set<String>> kept = new HashMap<>();
    for (PointRef point : keptSince()) {
      contents(point)
          .forEach(
              (file, content) -> kept.computeIfAbsent(file, any -> new HashSet<>()).add(content));
    }
    for (Path file : gone) {
      assertThat(kept.getOrDefault(file, Set.of()))
          .as("what the undo points of %s hold of %s, which is not served any more", name, file)
          .contains(acknowledged.get(file));
      acknowledged.remove(file);
      setAside++;
    }
  }

  /// Points in which rollbacks that ended since the last look kept what they found.
  private List<PointRef> keptSince() {
    return world.views.newest(1000).stream()
        .filter(member -> member.resource().equals(new ResourceName(name)))
        .filter(member -> looked.add(member.rollback()))
        .flatMap(this::kept)
        .toList();
  }

  private Stream<PointRef> kept(Member member) {
    Stream<PointRef> others =
        RollbackRecords.of(world.records, member.rollback()).stream()
            .flatMap(at ->
                Stream.of("left-strays", "strays")
                    .flatMap(step -> at.read(step, Steps.UndoStep.class).stream()))
            .flatMap(step -> step.ref().stream());
    return Stream.concat(member.undo().stream(), others);
  }

  private Map<Path, String> contents(PointRef point) {
    Path scratch = world.root.resolve("scratch");
    var restorer = world.stores.restorer(point.cell());
    RestoreRequest request = new RestoreRequest(point.point(), scratch, Long.MAX_VALUE);
    restorer.restorePart(request, Part.WHOLE, Progress.NONE);
    restorer.finish(request);
    Map<Path, String> contents = new HashMap<>();
    try (Stream<Path> files = Files.walk(scratch)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(scratch.relativize(file), String.valueOf(read(file)));
      }
      Trees.delete(scratch);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return contents;
  }

  private static Optional<String> content(Path file) {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String read(Path file) {
    return content(file).orElse("");
  }
}
