package dev.gnomon.store.prefix;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.core.prefix.TrialKey;
import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.shadow.Serving.NotServed;
import dev.gnomon.core.shadow.Serving.Served;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.prefix.KeyCopies.Settled;
import dev.gnomon.store.restore.OrderedTasks;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Makes the objects below one prefix equal to those below another one that go on changing.
///
/// Two lists go side by side. A pair of which they say what they said when it was found equal is
/// equal still; of any other both objects are asked for, and what differs is written. Tags that
/// were changed alone show in no list: they are found when they are told, or by a comparison that
/// asks for everything. Content is read only where ETags don't tell. Deletions come last, and only
/// after two lists that were read to their ends. For one thread.
final class PrefixMirror implements TreeMirror {
  /// Keys that are settled between two looks at what was told meanwhile.
  private static final int CHUNK = 256;

  /// Keys that are under way at once: it lets go within what these take.
  private static final int IN_FLIGHT = 2 * PrefixRestores.THREADS;

  /// Keys of a list between two such looks.
  private static final int LISTED = 1000;

  /// Lists and requests tell times to the second.
  private static final Duration SETTLED = Duration.ofSeconds(2);

  /// What is more than this is found by the comparison that is asked for then.
  private static final int MAX_EXTRAS = 100_000;

  private final Bucket source;
  private final Bucket target;
  private final KeyCopies copies;
  private final Clock clock;
  private final int prefixBytes;
  private KnownPairs known = new KnownPairs();
  private boolean comparedAll;
  private Optional<Long> met = Optional.empty();
  private volatile Unserved unserved = Unserved.NONE;

  /// Objects of the target; empty until they were counted.
  private Optional<Long> objects = Optional.empty();

  /// What the comparison that goes on will delete, if it is still gone then.
  private Optional<Set<String>> extras = Optional.empty();

  private boolean moreExtras;

  /// How far the clock of the source's server is before that of this machine; empty until it told.
  private Optional<Duration> ahead = Optional.empty();

  PrefixMirror(Bucket source, Bucket target) {
    this(source, target, new KnownPairs(), Clock.systemUTC());
  }

  /// @param stubborn to remember in what the target's server keeps otherwise
  /// @param clock of this machine
  PrefixMirror(Bucket source, Bucket target, KnownPairs stubborn, Clock clock) {
    this.source = source;
    this.target = target;
    this.copies = new KeyCopies(source, target, stubborn);
    this.clock = clock;
    this.prefixBytes = Keys.raw(target.place().prefix()).length();
  }

  @Override
  public boolean comparedAll() {
    return comparedAll;
  }

  @Override
  public Optional<Long> met() {
    return met;
  }

  @Override
  public Unserved unserved() {
    return unserved;
  }

  @Override
  public void close() {
    // What it knows is of no use to anybody else.
  }

  /// Whether a call goes on: its thread asks, those that copy for it are told. Whatever ends the
  /// call ends its copies.
  private static final class Going implements AutoCloseable {
    private final Control control;
    private volatile boolean ended;

    Going(Control control) {
      this.control = control;
    }

    boolean isStopped() {
      if (!ended && control.stopped()) {
        ended = true;
      }
      return ended;
    }

    /// For any thread.
    boolean isEnded() {
      return ended;
    }

    @Override
    public void close() {
      ended = true;
    }
  }

  private static OrderedTasks tasks(Going going) {
    return new OrderedTasks(PrefixRestores.THREADS, IN_FLIGHT, going::isStopped);
  }

  // ---- everything

  @Override
  public Brought everything(Depth depth, Control control) {
    comparedAll = depth == Depth.CONTENT || known.size() == 0;
    met = Optional.empty();
    BroughtKeys brought = new BroughtKeys();
    extras = Optional.of(new LinkedHashSet<>());
    moreExtras = false;
    Going going = new Going(control);
    try (OrderedTasks tasks = tasks(going);
        going) {
      Comparison comparison = new Comparison(depth, going, brought, tasks);
      if (comparison.run()) {
        deleteExtras(comparison, going, brought, tasks);
      } else {
        brought.stopped();
      }
    } catch (ObjectStoreException | UncheckedIOException | Refusal e) {
      brought.fault(String.valueOf(e.getMessage()));
    } finally {
      extras = Optional.empty();
    }
    return brought.made(objects.orElse(0L));
  }

  /// One walk through both lists, in the order of keys.
  private final class Comparison {
    private final Depth depth;
    private final Going going;
    private final BroughtKeys brought;
    private final OrderedTasks tasks;
    private final Listing from = new Listing(source.reader(), false, "", "");
    private final Listing to = new Listing(target.reader(), false, "", "");
    private final KnownPairs next = new KnownPairs();
    private final List<NotServed> examples = new ArrayList<>();
    private long notServed;
    private long files;
    private int submitted;
    private int listed;
    private Instant told = Instant.EPOCH;

    Comparison(Depth depth, Going going, BroughtKeys brought, OrderedTasks tasks) {
      this.depth = depth;
      this.going = going;
      this.brought = brought;
      this.tasks = tasks;
    }

    /// @return false if it was told to stop
    boolean run() {
      while (isMore()) {
        if (going.isStopped()) {
          return stopped();
        }
        pair();
        if ((submitted >= CHUNK || listed >= LISTED) && !pause()) {
          return stopped();
        }
      }
      if (!pause()) {
        return stopped();
      }
      known = next;
      unserved = new Unserved(notServed, examples);
      met = Optional.of(files);
      return true;
    }

    private boolean stopped() {
      tasks.drain();
      known = known.size() < next.size() ? next : known;
      return false;
    }

    private boolean isMore() {
      boolean here = from.peek().isPresent();
      if (!from.time().equals(told) && from.time().isAfter(Instant.EPOCH)) {
        told = from.time();
        ahead = Optional.of(Duration.between(clock.instant(), told));
      }
      return here || to.peek().isPresent();
    }

    /// Nothing is under way while somebody else's keys are settled: two writers of one key would
    /// end with the older content.
    ///
    /// @return false if it was told to stop
    private boolean pause() {
      tasks.drain();
      submitted = 0;
      listed = 0;
      if (going.isStopped()) {
        return false;
      }
      going.control.between();
      return true;
    }

    private void pair() {
      listed++;
      int order = order();
      Instant time = from.time();
      Optional<Listed> here = order <= 0 ? Optional.of(from.next()) : Optional.empty();
      Optional<Listed> there = order >= 0 ? Optional.of(to.next()) : Optional.empty();
      Optional<String> obstacle =
          here.flatMap(one -> obstacle(one.key()).or(() -> tooLarge(one.size())));
      if (obstacle.isPresent()) {
        notServed(here.orElseThrow().key(), obstacle.get());
        here = Optional.empty();
      }
      if (here.isPresent()) {
        files++;
        compare(here.get(), there, time);
      } else if (there.isPresent() && target.reader().obstacle(there.get().key()).isEmpty()) {
        extra(there.get().key());
      }
    }

    private int order() {
      Optional<Listed> here = from.peek();
      Optional<Listed> there = to.peek();
      if (here.isEmpty() || there.isEmpty()) {
        return here.isEmpty() ? 1 : -1;
      }
      return Keys.raw(here.get().key()).compareTo(Keys.raw(there.get().key()));
    }

    private void compare(Listed here, Optional<Listed> there, Instant time) {
      Optional<KnownPairs.Print> print = there.map(one -> KnownPairs.of(here, one));
      boolean knownEqual = print.filter(known::contains).isPresent();
      if (knownEqual && depth == Depth.STATS) {
        next.add(print.get());
        return;
      }
      submitted++;
      tasks.submit(
          () -> copies.settle(here.key(), there.isPresent(), going::isEnded),
          settled -> {
            take(here.key(), settled, brought);
            switch (settled) {
              case Settled.Equal equal -> remember(here, print, time);
              case Settled.Written written -> {
                if (knownEqual && written.content()) {
                  brought.damaged();
                }
              }
              case Settled.Nowhere nowhere -> {}
              case Settled.Gone gone -> {}
              case Settled.Unsettled unsettled -> {}
              case Settled.Fault fault -> {}
            }
          });
    }

    /// What was written so lately may be written again without a list that shows it.
    private void remember(Listed here, Optional<KnownPairs.Print> print, Instant time) {
      if (print.isPresent() && here.modified().plus(SETTLED).isBefore(time)) {
        next.add(print.get());
      }
    }

    private void notServed(String key, String reason) {
      notServed++;
      if (examples.size() < Served.MAX_EXAMPLES) {
        examples.add(new NotServed(RawName.display(Keys.raw(key)), reason));
      }
    }
  }

  private void deleteExtras(
      Comparison comparison, Going going, BroughtKeys brought, OrderedTasks tasks) {
    List<String> doomed = List.copyOf(extras.orElseThrow());
    objects = Optional.of(comparison.files + doomed.size());
    if (!doomed.isEmpty()
        && delete(doomed, comparison.files, going, brought, tasks)
        && moreExtras) {
      brought.everythingAgain();
    }
  }

  private void extra(String key) {
    Set<String> doomed = extras.orElseThrow();
    if (doomed.size() < MAX_EXTRAS) {
      doomed.add(key);
    } else {
      moreExtras = true;
    }
  }

  // ---- single keys

  @Override
  public Brought changed(List<Change> changes, Control control) {
    BroughtKeys brought = new BroughtKeys();
    List<String> gone = new ArrayList<>();
    Going going = new Going(control);
    try (OrderedTasks tasks = tasks(going);
        going) {
      for (String key : keys(changes)) {
        if (going.isStopped()) {
          brought.unsettled(key);
          continue;
        }
        tasks.submit(
            () -> copies.settle(key, true, going::isEnded),
            settled -> {
              take(key, settled, brought);
              if (settled instanceof Settled.Gone) {
                gone.add(key);
              }
            });
      }
      tasks.drain();
      if (going.isStopped()) {
        brought.stopped();
      } else if (extras.isEmpty() && objects.isPresent() && !gone.isEmpty()) {
        // Until everything was compared, and while it is, the end of that deletes.
        delete(gone, objects.get() - gone.size(), going, brought, tasks);
      }
    } catch (ObjectStoreException | UncheckedIOException | Refusal e) {
      brought.fault(String.valueOf(e.getMessage()));
    }
    return brought.made(objects.orElse(0L));
  }

  private Set<String> keys(List<Change> changes) {
    Set<String> keys = new LinkedHashSet<>();
    for (Change change : changes) {
      String key = Keys.text(change.path());
      if (!TrialKey.is(key) && obstacle(key).isEmpty()) {
        keys.add(key);
      }
    }
    return keys;
  }

  // ---- both

  private Optional<String> obstacle(String key) {
    String raw = Keys.raw(key);
    Optional<String> tooLong =
        prefixBytes + raw.length() > ServedKeys.MAX_KEY_BYTES
            ? ServedKeys.obstacle(raw, prefixBytes)
            : Optional.empty();
    return tooLong.or(() -> source.reader().obstacle(key)).or(() -> target.reader().obstacle(key));
  }

  private static Optional<String> tooLarge(long size) {
    return KeyCopies.isTooLarge(size)
        ? Optional.of("it has %d bytes, more than can be written".formatted(size))
        : Optional.empty();
  }

  private void take(String key, Settled settled, BroughtKeys brought) {
    switch (settled) {
      case Settled.Nowhere nowhere -> {}
      case Settled.Equal equal -> {
        if (equal.refused()) {
          brought.refused(key);
        }
      }
      case Settled.Written written -> {
        brought.written(written, changed(written));
        if (written.fresh()) {
          objects = objects.map(count -> count + 1);
        }
      }
      case Settled.Gone gone -> {
        if (extras.isPresent()) {
          extra(key);
        }
      }
      case Settled.Unsettled unsettled -> brought.unsettled(key);
      case Settled.Fault fault -> brought.fault(fault.reason());
    }
  }

  /// When content was changed, by the clock of this machine. What an object carries may have been
  /// changed long after it was written, and no server tells when.
  private Optional<Instant> changed(Settled.Written written) {
    return ahead
        .filter(by -> written.content() && written.modified().isAfter(Instant.EPOCH))
        .map(by -> written.modified().minus(by));
  }

  /// Deletes what is gone still.
  ///
  /// @param left objects that the target would have after it
  /// @return false if it may not, or was told to stop
  private boolean delete(
      List<String> keys, long left, Going going, BroughtKeys brought, OrderedTasks tasks) {
    if (!going.control.mayShrinkTo(left)) {
      brought.keptBack(keys.size());
      return false;
    }
    for (int begin = 0; begin < keys.size(); begin += CHUNK) {
      List<String> chunk = keys.subList(begin, Math.min(keys.size(), begin + CHUNK));
      List<String> gone = new ArrayList<>();
      for (String key : chunk) {
        tasks.submit(
            () -> !going.isEnded() && copies.isGone(key),
            isGone -> {
              if (isGone) {
                gone.add(key);
              } else {
                brought.unsettled(key); // it came back
              }
            });
      }
      tasks.drain();
      if (going.isStopped()) {
        brought.stopped();
        return false;
      }
      if (!gone.isEmpty()) {
        deleteUnlisted(gone, brought);
      }
    }
    return true;
  }

  /// Objects of a bucket that is away are not there either: only a list makes a fault of that.
  private void deleteUnlisted(List<String> gone, BroughtKeys brought) {
    Set<String> listed =
        source.reader().list(gone.getFirst(), Optional.empty(), false).keys().stream()
            .filter(one -> !KeyCopies.isTooLarge(one.size()))
            .map(Listed::key)
            .collect(Collectors.toSet());
    gone.stream().filter(listed::contains).forEach(brought::unsettled);
    List<String> doomed = gone.stream().filter(key -> !listed.contains(key)).toList();
    if (!doomed.isEmpty()) {
      target.writer().delete(doomed);
      brought.deleted(doomed.size());
      objects = objects.map(count -> Math.max(0, count - doomed.size()));
    }
  }
}
