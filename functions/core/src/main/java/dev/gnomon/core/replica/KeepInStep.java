package dev.gnomon.core.replica;

import dev.gnomon.core.replica.ChangeFeed.Changes;
import dev.gnomon.core.replica.TreeMirror.Brought;
import dev.gnomon.core.replica.TreeMirror.Depth;
import dev.gnomon.core.replica.TreeMirror.Unserved;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Keeps one tree in step with another one while that is written, near real time: not a point,
/// since files are brought over one after another. Everything is compared first; then what a
/// [ChangeFeed] tells, and everything again now and then, since some writes (through memory
/// mappings) are told by nobody. Where there is no feed, everything is compared over and over. For
/// one thread; [#report] for any.
public final class KeepInStep implements AutoCloseable {
  /// Between comparisons of everything by stats, while a feed tells what changes.
  public static final Duration COMPARE_EVERY = Duration.ofMinutes(5);

  /// Without a feed, at the shortest; and so many times as long as a comparison takes.
  private static final Duration POLL_EVERY = Duration.ofSeconds(2);

  private static final int POLL_FACTOR = 5;

  /// Between attempts to get a feed.
  private static final Duration FEED_EVERY = Duration.ofMinutes(5);

  /// After something could not be brought over.
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(5);

  /// What changes while it is read, such as a log, is compared again no sooner than this.
  private static final Duration UNSETTLED_AFTER = Duration.ofMillis(200);

  /// Beyond it everything is compared.
  private static final int MAX_LEFT = 10_000;

  private final ChangeFeed.Opening feeds;
  private final TreeMirror mirror;
  private final Clock clock;
  private final Lag lag;
  private final Duration compareEvery;
  private final Duration verifyEvery;
  private final BooleanSupplier stopped;
  private final Guard guard;

  private Optional<ChangeFeed> feed = Optional.empty();
  private Optional<String> noFeed = Optional.empty();
  private long feedAgainNanos = System.nanoTime();
  private long compareNanos = System.nanoTime();

  /// Before this moment nothing that is told by whoever may tell it causes another comparison.
  private long restedNanos = System.nanoTime();

  private boolean comparing;

  /// What was told since the last comparison began wants another one.
  private boolean asked;

  private long verifyNanos;
  private boolean whole = true;
  private List<Change> left = new ArrayList<>();
  private long leftSinceNanos;
  private long leftAgainNanos;
  private volatile Report report = Report.NONE;

  /// How a person says that a loss is none.
  static final String IF_RIGHT =
      "If that is right, take a point (gnomon shadow RESOURCE) and, if it is held, accept it (gnomon points accept POINT)";

  /// Keeps what the replica holds from going along with a loss.
  public interface Guard {
    /// Whether the replica may go on with so few files.
    boolean mayShrinkTo(long files);

    /// A comparison of everything met so many files in the primary, whether all of them could be
    /// brought over or not.
    default void met(long files) {}
  }

  /// How it goes.
  ///
  /// @param events whether changes are told, and not looked for by comparing everything
  /// @param warning what a person should know
  /// @param files regular files of the replica
  /// @param written files and links since the process began
  /// @param verified when all content was compared for the last time, in milliseconds since 1970
  /// @param damaged files that were found damaged in the replica, and mended
  /// @param unserved what the replica can't have
  public record Report(
      boolean events,
      Optional<String> warning,
      long files,
      long written,
      long bytes,
      long deleted,
      Optional<Long> verified,
      long damaged,
      Unserved unserved) {
    static final Report NONE =
        new Report(false, Optional.empty(), 0, 0, 0, 0, Optional.empty(), 0, Unserved.NONE);

    /// With a warning besides its own.
    Report warned(String also) {
      return new Report(
          events,
          Optional.of(warning.map(one -> one + "; " + also).orElse(also)),
          files,
          written,
          bytes,
          deleted,
          verified,
          damaged,
          unserved);
    }
  }

  /// @param compareEvery between comparisons of everything by stats, such as [#COMPARE_EVERY]
  /// @param verified when all content was compared before, in milliseconds since 1970, if ever
  /// @param stopped whether to stop what is going on as soon as nothing is half done
  /// @param guard of what the replica holds
  public KeepInStep(
      ChangeFeed.Opening feeds,
      TreeMirror mirror,
      Clock clock,
      Lag lag,
      Duration compareEvery,
      Duration verifyEvery,
      Optional<Long> verified,
      BooleanSupplier stopped,
      Guard guard) {
    this.feeds = feeds;
    this.mirror = mirror;
    this.clock = clock;
    this.lag = lag;
    this.compareEvery = compareEvery;
    this.verifyEvery = verifyEvery;
    this.stopped = stopped;
    this.guard = guard;
    this.report = with(Report.NONE, Optional.empty(), verified);
    long sinceMillis = verified.map(then -> clock.millis() - then).orElse(Long.MAX_VALUE / 4);
    long dueMillis = Math.max(0, verifyEvery.toMillis() - Math.max(0, sinceMillis));
    this.verifyNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(dueMillis);
  }

  public Report report() {
    return report;
  }

  private final TreeMirror.Control control =
      new TreeMirror.Control() {
        @Override
        public boolean stopped() {
          return stopped.getAsBoolean();
        }

        @Override
        public boolean mayShrinkTo(long files) {
          return guard.mayShrinkTo(files);
        }

        /// What changes meanwhile does not wait for the end of a long comparison.
        @Override
        public void between() {
          try {
            Optional<Changes> changes = feed.map(one -> one.take(Duration.ZERO));
            if (changes.isPresent()) {
              told(changes.get());
            }
          } catch (IOException e) {
            whole = true; // the comparison itself meets it, or the next one
          }
        }
      };

  /// One step: waits for changes and brings them over.
  ///
  /// @param wait how long to wait for the first change at most
  /// @throws IOException if one of the directories is not there any more, or is another one
  public void step(Duration wait) throws IOException {
    long now = System.nanoTime();
    if (feed.isEmpty() && now - feedAgainNanos >= 0) {
      openFeed();
    }
    if (verifyNanos - now <= 0 && !whole) {
      compare(Depth.CONTENT);
    } else if (compareNanos - now <= 0) {
      compare(Depth.STATS);
    } else if (feed.isPresent()) {
      told(feed.get().take(left.isEmpty() ? wait : shorter(wait, UNSETTLED_AFTER)));
    } else {
      pause(shorter(wait, Duration.ofNanos(compareNanos - now)));
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// First the feed, then the comparison: nothing that happens in between is missed.
  private void openFeed() {
    try {
      feed = Optional.of(feeds.open());
      noFeed = Optional.empty();
      report = with(report, Optional.empty(), report.verified());
      compareNanos = System.nanoTime();
    } catch (IOException e) {
      noFeed(String.valueOf(e.getMessage()));
    }
  }

  private void noFeed(String why) {
    feed.ifPresent(ChangeFeed::close);
    feed = Optional.empty();
    feedAgainNanos = System.nanoTime() + FEED_EVERY.toNanos();
    noFeed = Optional.of("changes are not told, so everything is compared again and again: " + why);
    report = with(report, noFeed, report.verified());
  }

  private void told(Changes changes) throws IOException {
    if (changes.over().isPresent()) {
      noFeed(changes.over().get());
      compareNanos = System.nanoTime();
      return;
    }
    boolean lost = changes.lost().isPresent();
    if (!feed.map(ChangeFeed::isAnybodys).orElse(false)) {
      if (lost) {
        compareNanos = System.nanoTime();
      } else {
        bring(changes);
      }
      return;
    }
    long due = compareNanos;
    asked |= lost;
    boolean good = bring(changes);
    if (lost || !good) {
      long soon = good ? System.nanoTime() : compareNanos;
      compareNanos = comparing ? due : earlier(due, later(soon, restedNanos));
      asked = true;
    }
  }

  /// @return false if some of it could not be brought over
  private boolean bring(Changes changes) throws IOException {
    long began = System.nanoTime();
    boolean again = !left.isEmpty() && leftAgainNanos - began <= 0;
    List<Change> all = new ArrayList<>(changes.changes());
    if (again) {
      all.addAll(left);
      left = new ArrayList<>();
    }
    if (all.isEmpty()) {
      if (left.isEmpty() && !whole && !asked) {
        lag.equalAsOf(changes.upToNanos());
      }
      return true;
    }
    boolean nothingLeft = left.isEmpty();
    Brought brought = mirror.changed(all, control);
    boolean good = after(brought);
    if (nothingLeft) {
      leftSinceNanos = began;
    }
    if (!changes.changes().isEmpty() && brought.finished()) {
      lag.batch(oldest(brought, changes.firstNanos()));
    }
    if (good && !whole && !asked) {
      lag.equalAsOf(
          left.isEmpty() ? changes.upToNanos() : earlier(changes.upToNanos(), leftSinceNanos));
    }
    return good || !brought.finished(); // then it goes on as soon as it may
  }

  private static long earlier(long one, long other) {
    return one - other < 0 ? one : other;
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  /// When the oldest write of a batch was made: as the file system says, but not before all was in
  /// step, since moved files keep their times.
  private long oldest(Brought brought, long firstNanos) {
    if (brought.oldestChangeMillis() == Long.MAX_VALUE) {
      return firstNanos;
    }
    long now = System.nanoTime();
    long age =
        TimeUnit.MILLISECONDS.toNanos(Math.max(0, clock.millis() - brought.oldestChangeMillis()));
    long since = earlier(firstNanos, now - age);
    long inStep = lag.asOf().orElse(firstNanos);
    return since - inStep < 0 ? earlier(inStep, firstNanos) : since;
  }

  private void compare(Depth depth) throws IOException {
    long began = System.nanoTime();
    whole = true;
    left = new ArrayList<>();
    leftSinceNanos = began;
    asked = false;
    Brought brought = everything(depth);
    long took = System.nanoTime() - began;
    // What was met in between may want another one sooner.
    Optional<Long> met = compareNanos - began > 0 ? Optional.of(compareNanos) : Optional.empty();
    mirror.met().ifPresent(guard::met);
    boolean good = after(brought);
    if (good) {
      whole = false;
      if (brought.written() + brought.deleted() > 0 && lag.asOf().isPresent()) {
        lag.batch(oldest(brought, began)); // seen by nobody before
      }
      lag.equalAsOf(began);
    }
    if (good && (depth == Depth.CONTENT || mirror.comparedAll())) {
      verifyNanos = System.nanoTime() + verifyEvery.toNanos();
      report = with(report, report.warning(), Optional.of(clock.millis()));
    }
    if (brought.finished() && (good || problem(brought).isPresent())) {
      Duration rest = longer(Duration.ofNanos(took * POLL_FACTOR), POLL_EVERY);
      restedNanos = System.nanoTime() + rest.toNanos();
      Duration next = feed.isPresent() && !asked ? longer(compareEvery, rest) : rest;
      long due = System.nanoTime() + (good ? next : longer(AGAIN_AFTER, rest)).toNanos();
      compareNanos = met.map(sooner -> earlier(due, sooner)).orElse(due);
    }
  }

  private Brought everything(Depth depth) throws IOException {
    comparing = true;
    try {
      return mirror.everything(depth, control);
    } finally {
      comparing = false;
    }
  }

  /// Takes note of what a call did.
  ///
  /// @return whether everything that it looked at is in step, but for what changed meanwhile
  private boolean after(Brought brought) {
    Report before = report;
    Optional<String> problem = problem(brought);
    boolean tooMuch =
        brought.unsettled().contains(Change.EVERYTHING)
            || left.size() + brought.unsettled().size() > MAX_LEFT;
    boolean good = problem.isEmpty() && brought.finished() && !tooMuch;
    if (!good) {
      whole = true;
      compareNanos = System.nanoTime() + (problem.isEmpty() ? 0 : AGAIN_AFTER.toNanos());
    }
    if (tooMuch) {
      left = new ArrayList<>();
    } else {
      left.addAll(brought.unsettled());
      leftAgainNanos = System.nanoTime() + UNSETTLED_AFTER.toNanos();
    }
    Optional<String> refused =
        brought.refusals().stream()
            .findFirst()
            .map(first -> "this user may not set all owners and attributes, such as " + first);
    report =
        new Report(
            isTold(),
            problem.or(() -> noFeed).or(this::silence).or(() -> refused),
            brought.files(),
            before.written() + brought.written(),
            before.bytes() + brought.bytes(),
            before.deleted() + brought.deleted(),
            before.verified(),
            before.damaged() + brought.damaged(),
            mirror.unserved());
    return good;
  }

  private static Optional<String> problem(Brought brought) {
    List<String> problems = new ArrayList<>();
    if (brought.faultCount() > 0) {
      problems.add(
          "%d entries can't be brought over, such as %s"
              .formatted(brought.faultCount(), brought.faults().getFirst()));
    }
    if (brought.keptBack() > 0) {
      problems.add(
          "%d files that the source lost are kept: the replica would shrink by more than half. %s"
              .formatted(brought.keptBack(), IF_RIGHT));
    }
    return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
  }

  private Report with(Report old, Optional<String> warning, Optional<Long> verified) {
    return new Report(
        isTold(),
        warning,
        old.files(),
        old.written(),
        old.bytes(),
        old.deleted(),
        verified,
        old.damaged(),
        old.unserved());
  }

  private Optional<String> silence() {
    return feed.flatMap(ChangeFeed::silence);
  }

  private boolean isTold() {
    return feed.isPresent() && silence().isEmpty();
  }

  /// Whether the trees were equal, and nothing that changed since is waiting.
  public boolean isInStep() {
    return !whole && left.isEmpty();
  }

  /// Ends the feed; the mirror is its owner's.
  @Override
  public void close() {
    feed.ifPresent(ChangeFeed::close);
    feed = Optional.empty();
  }
}
