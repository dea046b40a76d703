package dev.gnomon.core.chaos;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.LargePutTrial;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.Pause;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// The store of a cell as it looks while an experiment makes trouble there; stands beneath the
/// retries, as a network would. Thread-safe if its random generator is.
///
/// Nothing that is stored is changed, and nothing that stays is done for a reason that may be a
/// lie. While answers of this cell are damaged or its clock is wrong, and for [Injected#DOUBT]
/// after, what holds data ([#HOLD_DATA]) can't be deleted; and while its clock is wrong, nothing is
/// stored that says when something was ([#SAY_WHEN]): a point with a wrong time would be taken for
/// one of before some damage for as long as it is kept.
public final class TroubledObjectStore implements ObjectStore, LargePutTrial, AutoCloseable {
  /// Objects whose every byte is checked against a hash by who reads them.
  private static final List<String> CHECKED =
      List.of("store/packs/", "store/index/", "store/points/", "store/journal/");

  /// What must outlive every lie.
  private static final List<String> HOLD_DATA = List.of("store/", "serving/");

  /// What is chosen later by the time that it says.
  private static final List<String> SAY_WHEN =
      List.of("store/points/", "store/journal/", "store/jobs/");

  private final CellName cell;
  private final ObjectStore store;
  private final Injected injected;
  private final RandomGenerator random;
  private final Pause pause;

  public TroubledObjectStore(
      CellName cell, ObjectStore store, Injected injected, RandomGenerator random, Pause pause) {
    this.cell = cell;
    this.store = store;
    this.injected = injected;
    this.random = random;
    this.pause = pause;
  }

  /// Of a running process.
  public static TroubledObjectStore of(CellName cell, ObjectStore store, Injected injected) {
    return new TroubledObjectStore(
        cell, store, injected, () -> ThreadLocalRandom.current().nextLong(), Pause.sleeping());
  }

  @Override
  public Creation create(ObjectName name, byte[] content) {
    checkClock(name);
    return write(() -> store.create(name, content));
  }

  @Override
  public long put(ObjectName name, InputStream content) {
    checkClock(name);
    return write(() -> store.put(name, content));
  }

  @Override
  public Optional<InputStream> read(ObjectName name, ByteRange range) {
    Optional<Trouble> now = ask();
    Optional<InputStream> found = store.read(name, range);
    if (now.isPresent()
        && now.get() instanceof Trouble.CorruptReads corrupt
        && startsWith(CHECKED, name)
        && hits(corrupt.share())) {
      return found.map(stream -> new DamagedStream(stream, random));
    }
    return found;
  }

  @Override
  public Optional<ObjectStat> stat(ObjectName name) {
    ask();
    return store.stat(name);
  }

  @Override
  public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
    ask();
    return store.list(prefix, after, limit);
  }

  @Override
  public void delete(Collection<ObjectName> names) {
    ask();
    if (injected.mayHaveLied(cell)
        && names.stream().anyMatch(name -> startsWith(HOLD_DATA, name))) {
      injected.touch();
      throw fault(
          Kind.TRANSIENT,
          "deletes nothing of cell %s while an experiment lets it give wrong answers, and shortly after"
              .formatted(cell));
    }
    store.delete(names);
  }

  @Override
  public Instant time() {
    Optional<Trouble> now = ask();
    Instant time = store.time();
    if (now.isPresent() && now.get() instanceof Trouble.ClockSkew skew) {
      injected.touch();
      return time.plus(skew.by());
    }
    return time;
  }

  @Override
  public Optional<String> putOver(ObjectName taken) {
    return store instanceof LargePutTrial trial ? trial.putOver(taken) : Optional.empty();
  }

  @Override
  public void close() throws Exception {
    if (store instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }

  /// A time that was asked for while the clock was wrong may be written when it is right again.
  private void checkClock(ObjectName name) {
    if (injected.mayHaveLiedOfTime(cell) && startsWith(SAY_WHEN, name)) {
      injected.touch();
      throw fault(
          Kind.TRANSIENT,
          "stores no times of cell %s while an experiment lets its clock be wrong, and shortly after"
              .formatted(cell));
    }
  }

  /// A write that fails has an effect or none, and its caller can't tell from the fault alone.
  private <T> T write(Supplier<T> call) {
    Optional<Trouble> now = delayed();
    if (now.isPresent() && now.get() instanceof Trouble.Errors errors && hits(errors.share())) {
      if (random.nextBoolean()) {
        throw fault(Kind.TRANSIENT, "cell %s refused a write".formatted(cell));
      }
      T unused = call.get();
      throw fault(Kind.OUTCOME_UNKNOWN, "the answer of cell %s was lost".formatted(cell));
    }
    return call.get();
  }

  /// What is asked may come late, or not at all.
  private Optional<Trouble> ask() {
    Optional<Trouble> now = delayed();
    if (now.isPresent() && now.get() instanceof Trouble.Errors errors && hits(errors.share())) {
      throw fault(Kind.TRANSIENT, "cell %s failed".formatted(cell));
    }
    return now;
  }

  private Optional<Trouble> delayed() {
    Optional<Trouble> now = injected.now();
    if (now.isEmpty() || !now.get().cell().equals(Optional.of(cell))) {
      return Optional.empty();
    }
    if (now.get() instanceof Trouble.Partition) {
      injected.touch();
      throw fault(Kind.TRANSIENT, "cell %s can't be reached".formatted(cell));
    }
    if (now.get() instanceof Trouble.Latency latency && hits(latency.share())) {
      pause.of(latency.delay());
    }
    return now;
  }

  private boolean hits(double share) {
    boolean hit = random.nextDouble() < share;
    if (hit) {
      injected.touch();
    }
    return hit;
  }

  private ObjectStoreException fault(Kind kind, String what) {
    return new ObjectStoreException(
        kind, "%s (experiment %s)".formatted(what, injected.experiment().orElse("that ended")));
  }

  private static boolean startsWith(List<String> prefixes, ObjectName name) {
    return prefixes.stream().anyMatch(prefix -> name.value().startsWith(prefix));
  }
}
