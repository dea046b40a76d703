package dev.gnomon.core.replica;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.replica.Replica.Asked;
import dev.gnomon.core.replica.Replica.Predecessor;
import dev.gnomon.core.replica.Replica.Turn;
import dev.gnomon.core.shadow.CellStores;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// A prefix that is followed into generations of plain objects. A bucket has no locks: who follows
/// gives a sign of life now and then, and whoever finds none for long goes on in the next
/// generation, since one that was silent may still write.
final class FollowedPrefix implements FollowedPlace {
  private final Resource resource;
  private final CellName cell;
  private final Replicas replicas;
  private final Replica replica;
  private final CellStores stores;
  private final OpenWork openWork;
  private final KeyHints hints;
  private final Duration signEvery;

  /// So many signs are given for a thread that asks nothing meanwhile: then it hangs, for calls
  /// that take long are made by others, which it asks after ten times a second.
  private static final int SIGNS_OF_A_HUNG_ONE = 10;

  /// In place of a number: the last sign of a turn.
  private static final String LET_GO = "let-go";

  /// The newest turn of this process.
  private Optional<Turn> newest = Optional.empty();

  /// Kept from session to session: what it knows is true whatever was done in between.
  private Optional<Opened> opened = Optional.empty();

  private record Opened(Place source, long generation, TreeMirror mirror, Optional<Long> verified) {
    Opened verified(long millis) {
      return new Opened(source, generation, mirror, Optional.of(millis));
    }
  }

  FollowedPrefix(
      Resource resource,
      CellName cell,
      Replicas replicas,
      Replica replica,
      CellStores stores,
      OpenWork openWork,
      KeyHints hints,
      Duration signEvery) {
    this.resource = resource;
    this.cell = cell;
    this.replicas = replicas;
    this.replica = replica;
    this.stores = stores;
    this.openWork = openWork;
    this.hints = hints;
    this.signEvery = signEvery;
  }

  @Override
  public void make() {
    // There is nothing to make.
  }

  @Override
  public Lease lease() {
    return new Signs(replicas.takeLease(replica));
  }

  @Override
  public TreeMirror mirror(Place source, long generation) throws IOException {
    if (!(source instanceof S3Prefix from)
        || !(replica.location(generation).place() instanceof S3Prefix to)) {
      throw new IOException(source + " is no prefix of a bucket");
    }
    Optional<Opened> known =
        opened.filter(one -> one.source().equals(source) && one.generation() == generation);
    if (known.isEmpty()) {
      TreeMirror mirror = stores.serving(cell).mirror(from, to);
      opened = Optional.of(new Opened(source, generation, mirror, Optional.empty()));
      return mirror;
    }
    return known.get().mirror();
  }

  @Override
  public ChangeFeed feed(Place source) throws IOException {
    if (source instanceof S3Prefix from) {
      return hints.open(resource.name(), cell, from);
    }
    throw new IOException(source + " is no prefix of a bucket");
  }

  /// A process that was started anew looks at everything, which is as good.
  @Override
  public Optional<Long> verified() {
    return opened.flatMap(Opened::verified);
  }

  @Override
  public void noteVerified(long millis) {
    opened = opened.map(one -> one.verified(millis));
  }

  /// The last sign of life: whoever comes next need not wait for a silence.
  @Override
  public void letGo() {
    try {
      if (newest.filter(replica::isNewest).isPresent()) {
        openWork.opened(OpenWork.Kind.FOLLOWERS, prefix(newest.get()) + LET_GO);
      }
    } catch (RuntimeException e) {
      return; // A store is away: then it counts as silent.
    }
  }

  private String prefix() {
    return resource.name() + "." + cell + ".";
  }

  private String prefix(Turn turn) {
    return prefix() + "%020d.".formatted(turn.number());
  }

  /// `open/followers/<resource>.<cell>.<turn>.<n>`, of which the newest counts. Given beside the
  /// thread that follows, which may be busy with one large object for long, but only while that
  /// lives and does not hang.
  private final class Signs implements Lease {
    private final boolean held;
    private final Thread follower = Thread.currentThread();
    private final ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            work -> Thread.ofPlatform().daemon().name("follower-signs-", 0).unstarted(work));

    // Of the timer's thread.
    private Optional<String> last = Optional.empty();
    private long number;

    private volatile boolean lost;
    private volatile long askedNanos = System.nanoTime();

    Signs(boolean held) {
      this.held = held;
    }

    @Override
    public Asked ask(BooleanSupplier may) {
      Asked asked = replica.askFollowing(this::before, may);
      if (asked instanceof Asked.Granted(Turn turn)) {
        forgetOthers(turn);
        newest = Optional.of(turn);
        long every = signEvery.toMillis();
        var ignored =
            timer.scheduleWithFixedDelay(() -> sign(turn), every, every, TimeUnit.MILLISECONDS);
      }
      return asked;
    }

    private Predecessor before(Turn turn) {
      if (!held) {
        return Predecessor.LIVING;
      }
      if (replica.over(turn.entry()) || signs(turn).contains(prefix(turn) + LET_GO)) {
        return Predecessor.GONE;
      }
      Instant seen =
          signs(turn).stream()
              .flatMap(name -> openWork.since(OpenWork.Kind.FOLLOWERS, name).stream())
              .reduce(turn.entry().time(), (one, other) -> one.isAfter(other) ? one : other);
      return replica.time().isBefore(seen.plus(Replica.ABANDONED_AFTER))
          ? Predecessor.LIVING
          : Predecessor.SILENT;
    }

    private List<String> signs(Turn turn) {
      return openWork.open(OpenWork.Kind.FOLLOWERS).stream()
          .filter(name -> name.startsWith(prefix(turn)))
          .toList();
    }

    private void forgetOthers(Turn turn) {
      openWork.open(OpenWork.Kind.FOLLOWERS).stream()
          .filter(name -> name.startsWith(prefix()) && !name.startsWith(prefix(turn)))
          .forEach(name -> openWork.closed(OpenWork.Kind.FOLLOWERS, name));
    }

    private void sign(Turn turn) {
      if (lost || !follower.isAlive() || isHung()) {
        return;
      }
      try {
        give(turn);
        lost = !replica.isNewest(turn);
      } catch (RuntimeException e) {
        return; // The store is away; it is tried again, and the next look finds what holds.
      }
    }

    private boolean isHung() {
      return System.nanoTime() - askedNanos > SIGNS_OF_A_HUNG_ONE * signEvery.toNanos();
    }

    @Override
    public boolean goesOn(Turn turn) {
      askedNanos = System.nanoTime();
      return !lost;
    }

    /// The new one first: there is always one.
    private void give(Turn turn) {
      String sign = prefix(turn) + "%012d".formatted(++number);
      openWork.opened(OpenWork.Kind.FOLLOWERS, sign);
      last.ifPresent(before -> openWork.closed(OpenWork.Kind.FOLLOWERS, before));
      last = Optional.of(sign);
    }

    /// No sign comes after it.
    @Override
    public void close() {
      timer.close();
      if (held) {
        replicas.giveLeaseBack(replica);
      }
    }
  }
}
