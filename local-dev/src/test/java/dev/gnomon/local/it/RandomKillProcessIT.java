package dev.gnomon.local.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The stack is killed at any moment of a rollback, while a writer goes on through the link: the
/// rollback ends complete, and every write that was acknowledged is in the tree or in a point that
/// the rollback names.
class RandomKillProcessIT {
  /// About as many as the longest rollback has.
  private static final int MAX_RECORDS = 20;

  private static final int MAX_ATTEMPTS = 40;

  /// Records that name a point with what stood somewhere before it was overwritten.
  private static final List<String> KEPT =
      List.of("undo", "strays", "late-undo", "left-strays", "release-strays", "return-point");

  private static final Pattern POINT = Pattern.compile("\"(site@[1-9][0-9]*)\"");

  @TempDir Path directory;

  @AfterEach
  void unfence() throws Exception {
    Scene.unfence(directory);
  }

  @ParameterizedTest
  @CsvSource({"restore,2", "switch,3", "switch-and-restore,3"})
  void killedAtAnyMomentOfARollbackItEndsCompleteAndNoWriteIsLost(String mode, int rounds)
      throws Exception {
    killedAtRandom(mode, rounds);
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"restore", "switch", "switch-and-restore"})
  void killedAtManyMomentsOfRollbacksTheyEndCompleteAndNoWriteIsLost(String mode) throws Exception {
    killedAtRandom(mode, 25);
  }

  /// Each round damages the resource, asks for a rollback and kills the stack somewhere in it. In
  /// mode switch the rounds go to the replica and back in turn.
  private void killedAtRandom(String mode, int rounds) throws Exception {
    long seed = Long.getLong("gnomon.seed", System.nanoTime());
    System.out.println("killedAtRandom, " + mode + ": -Dgnomon.seed=" + seed);
    Random random = new Random(seed);
    Scene scene = Scene.replicated(directory, mode);
    SortedMap<String, String> good = scene.content();
    RunningStack stack = RunningStack.start(scene);
    try {
      assertThat(scene.gnomon("shadow", "site", "--wait").code()).isZero();
      String point = Kills.pointsOf(stack, "site", "command").getFirst();
      Map<String, String> kept = new TreeMap<>();
      try (LinkWriter writer = new LinkWriter(scene)) {
        for (int round = 0; round < rounds; round++) {
          String where = "seed %s, round %s".formatted(seed, round);
          acknowledgeMore(writer);
          scene.damage();
          long epoch = stack.find("/routes/site").orElseThrow().path("epoch").asLong();
          Path records =
              scene.data.resolve("cells/west/rollbacks/site").resolve("%020d".formatted(epoch));
          ask(stack, round, point, mode);
          awaitMoment(random, records, writer);
          stack.kill();
          stack = RunningStack.start(scene);

          String asked = "/requests/round-" + round + "?source=/test";
          String id = stack.await(asked, "outcome", "accepted", "done").path("rollback").asText();
          assertThat(id).as(where).isEqualTo("site-e" + epoch);
          stack.await("/rollbacks/" + id, "state", "SERVING");
          acknowledgeMore(writer);
          Map<String, String> acknowledged = writer.acknowledged();
          kept.putAll(writtenIn(scene, records, epoch));
          assertThat(withoutWritten(scene.content())).as(where).isEqualTo(good);
          assertNothingIsLost(where, acknowledged, kept, scene);
          Kills.assertNothingTwice(scene, stack, "site");
        }
      }
    } finally {
      stack.close();
    }
  }

  private static void ask(RunningStack stack, int round, String point, String mode)
      throws Exception {
    String data = "{'resource':'site','to':'%s','mode':'%s','by':'person'}".formatted(point, mode);
    assertThat(stack.event("round-" + round, "rollback-requested", Kills.json(data)))
        .isEqualTo(202);
  }

  /// What is served now takes writes.
  private static void acknowledgeMore(LinkWriter writer) {
    int before = writer.acknowledged().size();
    Patience.await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> writer.acknowledged().size() > before);
  }

  /// After some record of the rollback, and some tries of the writer after that; soon if the
  /// rollback is over by then.
  private static void awaitMoment(Random random, Path records, LinkWriter writer) {
    int wanted = random.nextInt(MAX_RECORDS);
    int more = random.nextInt(MAX_ATTEMPTS);
    Patience.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> Files.exists(records.resolve("done")) || files(records).size() >= wanted);
    long now = writer.attempts();
    Patience.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> Files.exists(records.resolve("done")) || writer.attempts() >= now + more);
  }

  private static List<Path> files(Path at) throws IOException {
    if (Files.notExists(at)) {
      return List.of();
    }
    try (Stream<Path> found = Files.walk(at)) {
      return found.filter(Files::isRegularFile).toList();
    }
  }

  /// The writes that are in the points that the rollback names.
  private Map<String, String> writtenIn(Scene scene, Path records, long epoch) throws Exception {
    TreeSet<String> points = new TreeSet<>();
    for (String record : KEPT) {
      if (Files.exists(records.resolve(record))) {
        Matcher matcher = POINT.matcher(Files.readString(records.resolve(record)));
        while (matcher.find()) {
          points.add(matcher.group(1));
        }
      }
    }
    assertThat(points).isNotEmpty();
    Map<String, String> found = new TreeMap<>();
    for (String point : points) {
      Path to = scene.restore(point, directory.resolve("seen-" + epoch + "-" + point));
      for (Path file : files(to.resolve(LinkWriter.DIRECTORY))) {
        found.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return found;
  }

  private static void assertNothingIsLost(
      String where, Map<String, String> acknowledged, Map<String, String> kept, Scene scene)
      throws IOException {
    Path live = scene.live().resolve(LinkWriter.DIRECTORY);
    for (Map.Entry<String, String> write : acknowledged.entrySet()) {
      String name = write.getKey();
      if (!write.getValue().equals(kept.get(name))) {
        assertThat(live.resolve(name))
            .as("%s: acknowledged write %s", where, name)
            .hasContent(write.getValue());
      }
    }
  }

  private static SortedMap<String, String> withoutWritten(SortedMap<String, String> content) {
    SortedMap<String, String> rest = new TreeMap<>(content);
    rest.keySet().removeIf(path -> path.startsWith(LinkWriter.DIRECTORY + "/"));
    return rest;
  }
}
