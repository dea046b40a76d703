package dev.gnomon.verification.objects;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Injects faults into a store, before or after an operation takes effect. Thread-safe.
///
/// ```java
/// faults.failBefore(Operation.PUT, 3, Kind.TRANSIENT);        // the third put from now on
/// faults.failAfter(Operation.CREATE, 1, Kind.OUTCOME_UNKNOWN); // written, but the answer is lost
/// faults.breakRead(1, 100);                                   // a stream ends after 100 bytes
/// faults.loseAfter(Operation.PUT, 1, name -> true);            // answered well, and then lost
/// faults.listLate(Duration.ofSeconds(5));                     // lists miss what is younger
/// faults.answerSlowly(() -> clock.advance(...));              // before each call
/// faults.goAway();                                            // everything fails until heal()
/// ```
public final class FaultInjectingObjectStore implements ObjectStore {
  private final ObjectStore store;
  private final List<Fault> faults = new CopyOnWriteArrayList<>();
  private final Map<Operation, AtomicInteger> calls = new EnumMap<>(Operation.class);
  private volatile boolean away;
  private volatile Duration listDelay = Duration.ZERO;
  private volatile Runnable delay = () -> {};

  public enum Operation {
    CREATE,
    PUT,
    READ,
    STAT,
    LIST,
    DELETE,
    TIME
  }

  public enum Moment {
    BEFORE_EFFECT,
    AFTER_EFFECT,
    /// The call is answered as if all were well, and what it wrote is gone.
    LOST
  }

  /// One planned fault; `left` counts the matching calls down to the one that fails.
  private record Fault(
      Operation operation,
      Predicate<String> names,
      Moment moment,
      Kind kind,
      long breakAfterBytes,
      AtomicInteger left) {
    boolean hits(Operation called, String name) {
      return operation == called && names.test(name) && left.decrementAndGet() == 0;
    }
  }

  public FaultInjectingObjectStore(ObjectStore store) {
    this.store = store;
    for (Operation operation : Operation.values()) {
      calls.put(operation, new AtomicInteger());
    }
  }

  /// The nth call from now on fails without effect (n from 1).
  public FaultInjectingObjectStore failBefore(Operation operation, int nth, Kind kind) {
    return failBefore(operation, nth, kind, name -> true);
  }

  /// The nth call whose name (for lists: prefix; for deletes: first name) matches fails without
  /// effect.
  public FaultInjectingObjectStore failBefore(
      Operation operation, int nth, Kind kind, Predicate<String> names) {
    return add(operation, names, Moment.BEFORE_EFFECT, kind, Long.MAX_VALUE, nth);
  }

  /// The nth call from now on takes effect, but its answer is lost.
  public FaultInjectingObjectStore failAfter(Operation operation, int nth, Kind kind) {
    return failAfter(operation, nth, kind, name -> true);
  }

  public FaultInjectingObjectStore failAfter(
      Operation operation, int nth, Kind kind, Predicate<String> names) {
    return add(operation, names, Moment.AFTER_EFFECT, kind, Long.MAX_VALUE, nth);
  }

  /// The store lies: the nth create or put whose name matches is answered as done, and the object
  /// is not there.
  public FaultInjectingObjectStore loseAfter(
      Operation operation, int nth, Predicate<String> names) {
    return add(operation, names, Moment.LOST, Kind.PERMANENT, Long.MAX_VALUE, nth);
  }

  /// Lists leave out objects that are younger than this.
  public FaultInjectingObjectStore listLate(Duration by) {
    listDelay = by;
    return this;
  }

  /// Is called before each call takes effect; waits, or lets a clock go on.
  public FaultInjectingObjectStore answerSlowly(Runnable each) {
    delay = each;
    return this;
  }

  /// The stream of the nth read from now on breaks off after so many bytes.
  public FaultInjectingObjectStore breakRead(int nth, long afterBytes) {
    return add(Operation.READ, name -> true, Moment.AFTER_EFFECT, Kind.TRANSIENT, afterBytes, nth);
  }

  /// Every call fails without effect until [#heal].
  public void goAway() {
    away = true;
  }

  /// No more faults.
  public void heal() {
    away = false;
    listDelay = Duration.ZERO;
    delay = () -> {};
    faults.clear();
  }

  /// Calls so far, failed ones included.
  public int calls(Operation operation) {
    return count(operation).get();
  }

  @Override
  public Creation create(ObjectName name, byte[] content) {
    return written(Operation.CREATE, name, () -> store.create(name, content));
  }

  @Override
  public long put(ObjectName name, InputStream content) {
    return written(Operation.PUT, name, () -> store.put(name, content));
  }

  @Override
  public Optional<InputStream> read(ObjectName name, ByteRange range) {
    Optional<Fault> fault = enter(Operation.READ, name.value());
    Optional<InputStream> stream = store.read(name, range);
    if (fault.isEmpty()) {
      return stream;
    }
    if (fault.get().breakAfterBytes() == Long.MAX_VALUE) {
      throw injected(fault.get(), name.value());
    }
    return stream.map(in -> new BreakingStream(in, fault.get().breakAfterBytes(), name));
  }

  @Override
  public Optional<ObjectStat> stat(ObjectName name) {
    return call(Operation.STAT, name.value(), () -> store.stat(name));
  }

  @Override
  public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
    return call(Operation.LIST, prefix, () -> seen(store.list(prefix, after, limit)));
  }

  @Override
  public void delete(Collection<ObjectName> names) {
    String first = names.stream().findFirst().map(ObjectName::value).orElse("");
    call(
        Operation.DELETE,
        first,
        () -> {
          store.delete(names);
          return true;
        });
  }

  @Override
  public Instant time() {
    return call(Operation.TIME, "", store::time);
  }

  private FaultInjectingObjectStore add(
      Operation operation,
      Predicate<String> names,
      Moment moment,
      Kind kind,
      long breakAfterBytes,
      int nth) {
    faults.add(new Fault(operation, names, moment, kind, breakAfterBytes, new AtomicInteger(nth)));
    return this;
  }

  private ObjectPage seen(ObjectPage page) {
    if (listDelay.isZero()) {
      return page;
    }
    Instant newest = store.time().minus(listDelay);
    return new ObjectPage(
        page.objects().stream().filter(object -> !object.modified().isAfter(newest)).toList(),
        page.next());
  }

  private <T> T written(Operation operation, ObjectName name, Supplier<T> effect) {
    Optional<Fault> fault = enter(operation, name.value());
    T answer = effect.get();
    if (fault.isPresent() && fault.get().moment() == Moment.LOST) {
      store.delete(List.of(name));
      return answer;
    }
    if (fault.isPresent()) {
      throw injected(fault.get(), name.value());
    }
    return answer;
  }

  private <T> T call(Operation operation, String name, Supplier<T> effect) {
    Optional<Fault> fault = enter(operation, name);
    T answer = effect.get();
    if (fault.isPresent()) {
      throw injected(fault.get(), name);
    }
    return answer;
  }

  /// Throws what is due before the effect; returns what is due after it.
  private Optional<Fault> enter(Operation operation, String name) {
    count(operation).incrementAndGet();
    delay.run();
    if (away) {
      throw new ObjectStoreException(Kind.TRANSIENT, "injected: the store is away");
    }
    Optional<Fault> due = Optional.empty();
    for (Fault fault : faults) {
      if (fault.hits(operation, name)) {
        due = Optional.of(fault);
      }
    }
    if (due.isPresent() && due.get().moment() == Moment.BEFORE_EFFECT) {
      throw injected(due.get(), name);
    }
    return due;
  }

  private AtomicInteger count(Operation operation) {
    return calls.computeIfAbsent(operation, o -> new AtomicInteger());
  }

  private static ObjectStoreException injected(Fault fault, String name) {
    return new ObjectStoreException(
        fault.kind(),
        "injected: %s of '%s' failed %s"
            .formatted(
                fault.operation(),
                name,
                fault.moment() == Moment.BEFORE_EFFECT ? "before its effect" : "after its effect"));
  }

  /// Ends with a fault after some bytes.
  private static final class BreakingStream extends FilterInputStream {
    private final ObjectName name;
    private long left;

    BreakingStream(InputStream in, long bytes, ObjectName name) {
      super(in);
      this.left = bytes;
      this.name = name;
    }

    @Override
    public int read() throws IOException {
      check();
      left--;
      return super.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      check();
      int count = super.read(buffer, offset, (int) Math.min(length, left));
      left -= Math.max(count, 0);
      return count;
    }

    private void check() {
      if (left <= 0) {
        throw new ObjectStoreException(Kind.TRANSIENT, "injected: '" + name + "' broke off");
      }
    }
  }
}
