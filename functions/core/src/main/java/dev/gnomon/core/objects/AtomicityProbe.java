package dev.gnomon.core.objects;

import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// Tries whether a store's create is what everything rests on: a few writers race for one fresh
/// name, several times over. One winner each time whose content stays is ATOMIC; two winners, or a
/// taken name that is overwritten, by create or by put, is NOT_ATOMIC. Leaves nothing behind.
public final class AtomicityProbe {
  public static final int ROUNDS = 8;
  public static final int WRITERS = 8;

  private final ObjectStore store;
  private final Supplier<String> ids;

  public enum Finding {
    ATOMIC,
    NOT_ATOMIC
  }

  /// What the races showed.
  ///
  /// @param conclusive rounds that had a winner; others were lost to faults
  /// @param evidence what went wrong, a sentence per round; empty if ATOMIC
  /// @param reservation what an ATOMIC store does not keep and Gnomon can do without (see
  ///   [LargePutTrial]); absent in reports from before it was tried
  public record Report(
      Finding finding,
      int rounds,
      int writers,
      int conclusive,
      List<String> evidence,
      Optional<String> reservation) {
    public Report {
      evidence = List.copyOf(evidence);
    }
  }

  /// @param ids a fresh id at each call, part of the names that are raced for
  public AtomicityProbe(ObjectStore store, Supplier<String> ids) {
    this.store = store;
    this.ids = ids;
  }

  /// Runs the races and puts over a taken name: about 80 small writes.
  ///
  /// @throws ObjectStoreException if faults left not even half of the rounds with a winner
  public Report probe() {
    String run = ids.get();
    List<ObjectName> names = new ArrayList<>();
    List<String> evidence = new ArrayList<>();
    int conclusive = 0;
    Optional<ObjectStoreException> fault = Optional.empty();
    Optional<String> reservation = Optional.empty();
    try {
      for (int round = 1; round <= ROUNDS; round++) {
        ObjectName name = ObjectName.of("cell/probing", run, round);
        names.add(name);
        try {
          if (race(name, round, evidence)) {
            conclusive++;
          }
        } catch (ObjectStoreException e) {
          if (e.kind() == Kind.PERMANENT) {
            throw e;
          }
          fault = Optional.of(e);
        }
      }
      if (evidence.isEmpty() && conclusive * 2 >= ROUNDS) {
        ObjectName name = ObjectName.of("cell/probing", run, "put");
        names.add(name);
        reservation = putOver(name, evidence);
      }
    } finally {
      tidy(names);
    }
    if (evidence.isEmpty() && conclusive * 2 < ROUNDS) {
      String lost = "only %d of %d races for a name had a winner".formatted(conclusive, ROUNDS);
      throw fault.isPresent()
          ? new ObjectStoreException(fault.get().kind(), lost, fault.get())
          : new ObjectStoreException(Kind.TRANSIENT, lost);
    }
    return new Report(
        evidence.isEmpty() ? Finding.ATOMIC : Finding.NOT_ATOMIC,
        ROUNDS,
        WRITERS,
        conclusive,
        evidence,
        reservation);
  }

  private Optional<String> putOver(ObjectName name, List<String> evidence) {
    var unused = store.create(name, content(0)); // if it is taken, an answer of ours was lost
    Optional<ObjectStoreException> refused = Optional.empty();
    try {
      store.put(name, new ByteArrayInputStream(content(1)));
    } catch (ObjectStoreException e) {
      if (e.kind() != Kind.PERMANENT) {
        throw e;
      }
      refused = Optional.of(e);
    }
    if (refused.isEmpty() || !read(name).equals(text(0))) {
      evidence.add("a name that was taken was put over");
      return Optional.empty();
    }
    ObjectStore plain = store instanceof RetryingObjectStore retrying ? retrying.once() : store;
    return plain instanceof LargePutTrial large ? large.putOver(name) : Optional.empty();
  }

  /// True if the round had a winner.
  private boolean race(ObjectName name, int round, List<String> evidence) {
    CountDownLatch start = new CountDownLatch(1);
    List<Future<Creation>> answers = new ArrayList<>();
    try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 1; writer <= WRITERS; writer++) {
        byte[] content = content(writer);
        Callable<Creation> create =
            () -> {
              start.await();
              return store.create(name, content);
            };
        answers.add(writers.submit(create));
      }
      start.countDown();
    }
    List<Integer> winners = new ArrayList<>();
    for (int writer = 1; writer <= WRITERS; writer++) {
      if (answer(answers.get(writer - 1)) instanceof Creation.Created) {
        winners.add(writer);
      }
    }
    if (winners.size() > 1) {
      evidence.add("round %d: writers %s were all told that they won".formatted(round, winners));
      return true;
    }
    if (winners.isEmpty()) {
      return false; // The winner's answer was lost and its repetition found the name taken.
    }
    Creation late = store.create(name, content(0));
    String stands = read(name);
    if (late instanceof Creation.Created) {
      evidence.add("round %d: a name that was taken was given again".formatted(round));
    } else if (!stands.equals(text(winners.getFirst()))) {
      evidence.add(
          "round %d: writer %d won, but '%s' is what stands"
              .formatted(round, winners.getFirst(), stands));
    }
    return true;
  }

  private static Creation answer(Future<Creation> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ObjectStoreException fault) {
        throw fault;
      }
      throw new IllegalStateException("a racing writer failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ObjectStoreException(Kind.TRANSIENT, "interrupted while racing for a name", e);
    }
  }

  private String read(ObjectName name) {
    try (InputStream in = store.read(name, ByteRange.ALL).orElseGet(InputStream::nullInputStream)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw ObjectStoreException.of(e, "reading '" + name + "' failed");
    }
  }

  private void tidy(List<ObjectName> names) {
    try {
      store.delete(names);
    } catch (ObjectStoreException e) {
      // Some tiny objects stay under a name that nobody else uses; the finding matters more.
    }
  }

  private static String text(int writer) {
    return "writer " + writer;
  }

  private static byte[] content(int writer) {
    return text(writer).getBytes(StandardCharsets.US_ASCII);
  }
}
