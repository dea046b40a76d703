package dev.gnomon.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.places.CanonicalPath;
import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.KeepInStep;
import dev.gnomon.core.replica.Lag;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.replica.TreeMirror.Brought;
import dev.gnomon.core.replica.TreeMirror.Depth;
import dev.gnomon.filesystem.mirror.DirectoryMirror;
import dev.gnomon.filesystem.watch.InotifyFeed;
import dev.gnomon.linux.RawName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `replica`: keeps a directory equal to another one, without a stack.
@Command(
    name = "replica",
    description = {
      "Makes the directory TO equal to DIR, reading only what changed since the last time.",
      "What is remembered for that lies beside TO. No stack is needed."
    },
    mixinStandardHelpOptions = true)
final class ReplicaCommand implements Callable<Integer> {
  private static final Duration STEP = Duration.ofMillis(500);

  /// Comparisons of a directory in which entries change while they are compared.
  private static final int MAX_ROUNDS = 3;

  /// Each deletes up to 100,000 entries.
  private static final int MAX_ROUNDS_OF_DELETING = 100;

  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Gnomon top;
  private final TreeMirror.Mirrors mirrors;

  @Parameters(index = "0", paramLabel = "DIR", description = "What to follow.")
  private @Nullable Path source;

  @Parameters(
      index = "1",
      paramLabel = "TO",
      description = "The replica: empty, or made by this command before.")
  private @Nullable Path target;

  @Option(names = "--verify", description = "Compares all content.")
  private boolean verify;

  @Option(
      names = "--follow",
      description = "Goes on, near real time, and tells the lag every second, until it is ended.")
  private boolean follow;

  @Option(names = "--allow-shrink", description = "Also if DIR is empty.")
  private boolean allowShrink;

  ReplicaCommand(Gnomon top) {
    this(top, DirectoryMirror.mirrors(Clock.systemUTC()));
  }

  ReplicaCommand(Gnomon top, TreeMirror.Mirrors mirrors) {
    this.top = top;
    this.mirrors = mirrors;
  }

  @Override
  public Integer call() {
    Path from = whole(source);
    Path to = whole(target);
    try {
      return bring(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Path whole(@Nullable Path path) {
    if (path == null) {
      throw Failure.wrongUse("expected DIR and TO");
    }
    return path.toAbsolutePath().normalize();
  }

  private int bring(Path from, Path to) throws IOException {
    Path realFrom = CanonicalPath.of(from);
    Path realTo = CanonicalPath.of(to);
    if (realFrom.startsWith(realTo) || realTo.startsWith(realFrom)) {
      throw Failure.wrongUse("DIR and TO must lie apart");
    }
    Path memory = to.resolveSibling("." + to.getFileName() + ".gnomon-known");
    boolean own = Files.exists(memory);
    if (!own && Files.isDirectory(to)) {
      try (Stream<Path> entries = Files.list(to)) {
        if (entries.findAny().isPresent()) {
          throw Failure.failed("'%s' is not empty and was not made by this command".formatted(to));
        }
      }
    }
    Files.createDirectories(to);
    long start = System.nanoTime();
    try (TreeMirror mirror = mirrors.open(from, to, memory)) {
      if (follow) {
        return follow(from, mirror);
      }
      Brought brought = equal(mirror);
      if (mirror instanceof DirectoryMirror directory) {
        directory.abandon(); // durable, as any copy, when the system writes it out
      }
      return told(brought, start);
    }
  }

  /// Compares everything, and again if something changed meanwhile, or was more than is deleted at
  /// once.
  private Brought equal(TreeMirror mirror) throws IOException {
    Brought all = mirror.everything(verify ? Depth.CONTENT : Depth.STATS, control());
    Brought last = all;
    for (int rounds = 1; isForAnother(last, rounds); rounds++) {
      last = mirror.everything(Depth.STATS, control());
      all = together(all, last);
    }
    return all;
  }

  private static boolean isForAnother(Brought last, int rounds) {
    boolean deletes = last.unsettled().contains(Change.EVERYTHING) && last.deleted() > 0;
    return last.finished()
        && !last.unsettled().isEmpty()
        && rounds < (deletes ? MAX_ROUNDS_OF_DELETING : MAX_ROUNDS);
  }

  /// What both did, and how the trees were after the second.
  private static Brought together(Brought first, Brought second) {
    return new Brought(
        second.finished(),
        second.files(),
        first.written() + second.written(),
        first.bytes() + second.bytes(),
        first.deleted() + second.deleted(),
        first.damaged() + second.damaged(),
        second.unsettled(),
        second.keptBack(),
        second.faults(),
        second.faultCount(),
        second.refusals().isEmpty() ? first.refusals() : second.refusals(),
        Math.min(first.oldestChangeMillis(), second.oldestChangeMillis()));
  }

  private TreeMirror.Control control() {
    return new TreeMirror.Control() {
      @Override
      public boolean stopped() {
        return Thread.currentThread().isInterrupted();
      }

      @Override
      public boolean mayShrinkTo(long files) {
        return allowShrink || files > 0;
      }

      @Override
      public void between() {}
    };
  }

  private int told(Brought brought, long start) {
    if (top.console.json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("files", brought.files());
      result.put("written", brought.written());
      result.put("bytes", brought.bytes());
      result.put("deleted", brought.deleted());
      result.put("damaged", brought.damaged());
      result.put("equal", brought.equal());
      top.console.value(result);
    }
    top.console.line(
        "%s, %s written (%s), %d deleted%s (%s)"
            .formatted(
                Amounts.count(brought.files(), "file", "files"),
                Amounts.count(brought.written(), "entry", "entries"),
                Amounts.bytes(brought.bytes()),
                brought.deleted(),
                brought.damaged() == 0 ? "" : ", %d damaged, mended".formatted(brought.damaged()),
                Waiting.since(start)));
    brought.faults().forEach(fault -> top.console.hint("not brought over: " + fault));
    brought.refusals().forEach(refusal -> top.console.hint("not allowed: " + refusal));
    if (brought.keptBack() > 0) {
      top.console.hint(
          "%d files were not deleted: '%s' is empty. --allow-shrink deletes them"
              .formatted(brought.keptBack(), source));
    }
    if (!brought.finished()) {
      top.console.hint("it was ended before everything was compared");
    } else if (!brought.unsettled().isEmpty()) {
      top.console.hint(
          "'%s' changed while it was compared (%s): TO is not equal to it everywhere; run it again, or with --follow"
              .formatted(source, unsettled(brought)));
    }
    return brought.equal() ? 0 : Failure.FAILED;
  }

  private static String unsettled(Brought brought) {
    return brought.unsettled().contains(Change.EVERYTHING)
        ? "much of it"
        : "%s, such as '%s'"
            .formatted(
                Amounts.count(brought.unsettled().size(), "entry", "entries"),
                RawName.display(brought.unsettled().getFirst().path()));
  }

  private int follow(Path from, TreeMirror mirror) throws IOException {
    Lag lag = new Lag();
    try (KeepInStep inStep =
        new KeepInStep(
            () -> InotifyFeed.feeds().open(from),
            mirror,
            Clock.systemUTC(),
            lag,
            KeepInStep.COMPARE_EVERY,
            Duration.ofDays(1),
            Optional.empty(),
            () -> Thread.currentThread().isInterrupted(),
            files -> allowShrink || files > 0)) {
      long told = System.nanoTime() - TELL_NANOS;
      while (!Thread.currentThread().isInterrupted()) {
        inStep.step(STEP);
        if (System.nanoTime() - told >= TELL_NANOS) {
          told = System.nanoTime();
          tell(lag.now(), inStep.report());
        }
      }
    }
    return 0;
  }

  private void tell(Lag.Reading lag, KeepInStep.Report report) {
    if (top.console.json()) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("lagMillis", millis(lag.current()));
      line.put("medianMillis", millis(lag.median()));
      line.put("p99Millis", millis(lag.p99()));
      line.put("maxMillis", millis(lag.max()));
      line.put("batches", lag.batches());
      line.put("events", report.events());
      line.put("files", report.files());
      report.warning().ifPresent(warning -> line.put("warning", warning));
      top.console.out().println(line(line));
      top.console.out().flush();
      return;
    }
    top.console.line(
        "lag %s; median %s, p99 %s, max %s of %s; %s%s"
            .formatted(
                shown(lag.current()),
                shown(lag.median()),
                shown(lag.p99()),
                shown(lag.max()),
                Amounts.count(lag.batches(), "batch", "batches"),
                Amounts.count(report.files(), "file", "files"),
                report.warning().map(warning -> "; " + warning).orElse("")));
  }

  private static String line(Map<String, Object> fields) {
    try {
      return Json.MAPPER.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String shown(Optional<Duration> lag) {
    return lag.map(FollowView::seconds).orElse("unknown");
  }

  private static @Nullable Long millis(Optional<Duration> lag) {
    return lag.map(Duration::toMillis).orElse(null);
  }
}
