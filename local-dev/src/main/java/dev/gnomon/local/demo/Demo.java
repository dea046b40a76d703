package dev.gnomon.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.events.FailurePredicted;
import dev.gnomon.events.Mode;
import dev.gnomon.events.UpdateRequested;
import dev.gnomon.local.cli.Failure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// The main job, end to end, on a copy of a directory. Each step is one method, in the order of
/// [#run].
final class Demo {
  private static final String RESOURCE = "demo";
  private static final String UPDATE = "release-2.0";
  private static final String MARKER = "gnomon-demo-marker";
  private static final String GOOD = "as it was before the update\n";
  private static final int SWITCHES = 20;
  private static final int READ_FILES = 64;
  private static final long READ_BYTES = 1 << 20;
  private static final long SEED = 20_261_121;

  /// EPERM, for which Java has no class.
  private static final String NOT_PERMITTED = "Operation not permitted";

  private final Path source;
  private final Set<String> leftOut;
  private final DemoPlace place;
  private final DemoCells cells;
  private final Path work;
  private final Path launcher;
  private final Timeline timeline;
  private final Path primary;
  private final Path replica;
  private final Path link;
  private final Path control;

  /// @param source directory that is copied; only read
  /// @param leftOut names of directories in it that are not copied
  /// @param place empty directory for everything the demo makes
  /// @param cells where the stores of its cells lie
  Demo(
      Path source,
      Set<String> leftOut,
      DemoPlace place,
      DemoCells cells,
      Path launcher,
      Timeline timeline) {
    this.source = source;
    this.leftOut = Set.copyOf(leftOut);
    this.place = place;
    this.cells = cells;
    this.work = place.path();
    this.launcher = launcher;
    this.timeline = timeline;
    this.primary = work.resolve("east/site");
    this.replica = work.resolve("west/replica");
    this.link = work.resolve("site");
    this.control = work.resolve("writer");
  }

  DemoResult run() throws IOException, InterruptedException {
    TreeCopy copy = copy();
    Map<String, String> reference = Digests.of(primary, LiveWriter.DIRECTORY::equals);
    Path config = writeCatalogue();
    try (DemoStack stack =
        DemoStack.start(
            launcher, config, work.resolve("data"), work.resolve("stack.log"), place::runs)) {
      timeline.say(
          "the stack is up: broker, functions, Redis, object stores"
              + cells.below().map(url -> " below " + url).orElse(""));
      List<String> read = filesToRead(copy.files());
      try (LiveReader reader = new LiveReader(link, read, () -> stack.target().route(RESOURCE));
          LiveWriter writer = new LiveWriter(link, control)) {
        return mainJob(stack.target(), reader, writer, copy, reference, read);
      }
    }
  }

  private DemoResult mainJob(
      Target stack,
      LiveReader reader,
      LiveWriter writer,
      TreeCopy copy,
      Map<String, String> reference,
      List<String> read)
      throws IOException {
    timeline.say("a reader and a writer use " + link + " from now on");
    Announced announced = announce(stack, writer);
    double switchMillis = measureSwitches(stack, announced.point());
    long epochBefore = stack.route(RESOURCE).epoch();

    Instant onset = Instant.now();
    BadDeployment deployment = new BadDeployment(link, spared(read), SEED);
    deployment.run();
    timeline.say("a bad deployment ran: " + deployment.summary());
    Map<String, String> damaged = Digests.of(primary, LiveWriter.DIRECTORY::equals);

    Target.Sent predicted =
        stack.send(
            new FailurePredicted(
                Optional.of(RESOURCE),
                Optional.empty(),
                onset,
                onset.plus(Duration.ofMinutes(5)),
                0.97,
                List.of("error rate 14 % (was 0.2 %)", "p99 latency 2.3 s (was 90 ms)")));
    double frozenMillis = waitForFreeze(predicted);
    timeline.say(
        "failure predicted; the old primary was out of reach for writers %.0f ms after the event"
            .formatted(frozenMillis));
    JsonNode rollback = stack.ended(RESOURCE + "-e" + epochBefore);
    double restoreSeconds = Timeline.seconds(predicted.acceptedAt());
    JsonNode member = rollback.get("resources").get(0);
    timeline.say(
        "%s: switched to the shadow, %d files restored, checked, back on the primary at epoch %d (%.2f s after the event)"
            .formatted(
                rollback.get("rollback").asText(),
                member.get("filesRestored").asLong(),
                member.get("epochAfter").asLong(),
                restoreSeconds));
    boolean verified = verify("the primary", reference) & verifyWrites(writer, announced);

    boolean undone = undoAndRedo(stack, rollback, reference, damaged, announced.point());
    timeline.say(
        "the reader read %d times; %d reads failed while the route said so, %d failed unannounced %s"
            .formatted(reader.reads(), reader.told(), reader.errors(), reader.firstError()));
    return new DemoResult(
        RESOURCE,
        copy.files() + 1,
        copy.bytes() + GOOD.length(),
        announced.seconds(),
        switchMillis,
        frozenMillis,
        restoreSeconds,
        member.get("filesRestored").asLong(),
        verified && reader.errors() == 0,
        epochBefore,
        member.get("epochAfter").asLong(),
        member.get("point").asText(),
        undone);
  }

  private TreeCopy copy() throws IOException {
    Files.createDirectories(primary);
    Files.createDirectories(replica);
    Files.createDirectories(control);
    TreeCopy copy = new TreeCopy(source, primary, leftOut).run();
    Files.writeString(primary.resolve(MARKER), GOOD);
    timeline.say(
        "copied %s: %d files, %.1f MiB%s"
            .formatted(
                source,
                copy.files(),
                copy.bytes() / 1048576.0,
                copy.skipped() == 0
                    ? ""
                    : ", " + copy.skipped() + " left out (special or unreadable)"));
    return copy;
  }

  private Path writeCatalogue() throws IOException {
    return Files.writeString(
        work.resolve("gnomon.yaml"),
        """
        cells:
          %s
          %s
        resources:
          - name: %s
            kind: directory
            cell: east
            location: "%s"
            priority: high
            shadow: { cell: west, type: full, replica: "%s" }
            rollback: switch-and-restore
            automation: auto
            allowAdvisoryFence: true
            actuators:
              - symlink: "%s"
            hooks: { pre: "%s", post: "%s", timeout: 30s }
            # The restore deletes what the demo's writer wrote after the point, in a small tree most files.
            limits: { maxDeletePercent: 100 }
        """
            .formatted(
                cells.cell("east"),
                cells.cell("west"),
                RESOURCE,
                primary,
                replica,
                link,
                LiveWriter.quiesce(control),
                LiveWriter.resume(control)));
  }

  /// Small files that nobody takes away, so that every failed read has to be explained by the
  /// route; at most a quarter of all, so that enough is left to be damaged.
  private List<String> filesToRead(long all) throws IOException {
    List<String> files = new ArrayList<>(List.of(MARKER));
    try (var paths = Files.walk(primary)) {
      paths
          .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
          .filter(path -> path.toFile().length() <= READ_BYTES)
          .map(path -> primary.relativize(path).toString())
          .filter(path -> !path.equals(MARKER))
          .sorted()
          .limit(Math.min(READ_FILES, all / 4))
          .forEach(files::add);
    }
    return files;
  }

  private static Set<String> spared(List<String> read) {
    Set<String> spared = new HashSet<>(read);
    spared.add(LiveWriter.DIRECTORY);
    spared.add(MARKER);
    return spared;
  }

  /// @param writes how many writes were acknowledged before the update was announced
  private record Announced(String point, int writes, double seconds) {}

  private Announced announce(Target stack, LiveWriter writer) {
    stack.await(
        "the first writes",
        () -> writer.acknowledged().size() < 3 ? Optional.empty() : Optional.of(true));
    int writes = writer.acknowledged().size();
    Target.Sent sent =
        stack.send(
            new UpdateRequested(
                UPDATE, List.of(RESOURCE), Optional.empty(), Optional.of("the demo's release")));
    String point = stack.ready(UPDATE);
    double seconds = Timeline.seconds(sent.acceptedAt());
    timeline.say(
        "update %s announced; its shadow %s and the replica were ready after %.2f s (a hook paused the writer)"
            .formatted(UPDATE, point, seconds));
    return new Announced(point, writes, seconds);
  }

  /// Switches to the shadow and back, and looks through the link as a reader would. The writer
  /// pauses: what it writes on the shadow would have to be brought back each time.
  private double measureSwitches(Target stack, String point) throws IOException {
    Files.createFile(control.resolve("pause"));
    stack.await(
        "the writer to rest",
        () -> Files.exists(control.resolve("paused")) ? Optional.of(true) : Optional.empty());
    double[] millis = new double[SWITCHES];
    for (int i = 0; i < SWITCHES; i++) {
      Files.writeString(link.resolve(MARKER), "broken by release " + i + "\n");
      Target.Sent sent = stack.send(Requests.rollback(RESOURCE, point, Optional.of(Mode.SWITCH)));
      while (!seen().equals(GOOD)) {
        LockSupport.parkNanos(100_000);
        if (Timeline.seconds(sent.acceptedAt()) > 300) {
          throw Failure.timedOut("the switch was not seen within 300 s");
        }
      }
      millis[i] = Timeline.millis(sent.acceptedAt());
      String id = stack.rolledBack(sent.id()).get("rollback").asText();
      stack.rolledBack(stack.send(Requests.undo(id)).id());
    }
    Files.delete(control.resolve("pause"));
    Arrays.sort(millis);
    double median = (millis[SWITCHES / 2 - 1] + millis[SWITCHES / 2]) / 2;
    timeline.say(
        "switched to the shadow and back %d times: the point's bytes were there after %.0f ms (median; %.0f to %.0f)"
            .formatted(SWITCHES, median, millis[0], millis[SWITCHES - 1]));
    return median;
  }

  private String seen() {
    try {
      return Files.readString(link.resolve(MARKER));
    } catch (IOException e) {
      return "";
    }
  }

  /// Until a write to the old primary's own path is refused: a file can't be made there any more.
  private double waitForFreeze(Target.Sent predicted) throws IOException {
    Path probe = primary.resolve(LiveWriter.DIRECTORY).resolve("probe");
    while (true) {
      try {
        Files.writeString(probe, "still open");
        Files.delete(probe);
      } catch (FileSystemException refused) {
        if (isFence(refused)) {
          return Timeline.millis(predicted.acceptedAt());
        }
        throw refused;
      }
      if (Timeline.seconds(predicted.acceptedAt()) > 300) {
        throw Failure.timedOut("the old primary was not fenced within 300 s");
      }
      LockSupport.parkNanos(200_000);
    }
  }

  /// The directory is away, and nothing can be made in what stands there; a full disk is no fence.
  static boolean isFence(FileSystemException refused) {
    return refused instanceof NoSuchFileException
        || refused instanceof AccessDeniedException
        || NOT_PERMITTED.equals(refused.getReason());
  }

  private boolean verify(String what, Map<String, String> expected) throws IOException {
    String difference =
        Digests.difference(expected, Digests.of(primary, LiveWriter.DIRECTORY::equals));
    timeline.say(
        difference.isEmpty()
            ? "every byte, mode, owner and time of %d paths of %s is as it should be"
                .formatted(expected.size(), what)
            : what + " is not as it should be: " + difference);
    return difference.isEmpty();
  }

  /// Acknowledged before the update, or made on the shadow: must be there.
  private boolean verifyWrites(LiveWriter writer, Announced announced) throws IOException {
    List<LiveWriter.Write> writes = writer.acknowledged();
    int before = 0;
    int onShadow = 0;
    int lost = 0;
    for (int i = 0; i < writes.size(); i++) {
      LiveWriter.Write write = writes.get(i);
      boolean shadow = write.place().map(place -> place.startsWith(replica)).orElse(false);
      if (i >= announced.writes() && !shadow) {
        continue;
      }
      before += shadow ? 0 : 1;
      onShadow += shadow ? 1 : 0;
      Path file = primary.resolve(LiveWriter.DIRECTORY).resolve(write.name());
      if (!Files.exists(file) || !Files.readString(file).equals(write.text())) {
        lost++;
      }
    }
    timeline.say(
        "%d writes acknowledged before the update and %d made on the shadow: %d lost; %d attempts met the fence"
            .formatted(before, onShadow, lost, writer.refused()));
    return lost == 0;
  }

  private boolean undoAndRedo(
      Target stack,
      JsonNode rollback,
      Map<String, String> reference,
      Map<String, String> damaged,
      String point)
      throws IOException {
    stack.rolledBack(stack.send(Requests.undo(rollback.get("rollback").asText())).id());
    timeline.say("the rollback was undone");
    boolean back = verify("the damaged state", damaged);
    stack.rolledBack(stack.send(Requests.rollback(RESOURCE, point, Optional.empty())).id());
    timeline.say("and done again");
    boolean again = verify("the primary", reference);
    return back && again;
  }
}
