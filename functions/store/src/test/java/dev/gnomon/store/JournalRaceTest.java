package dev.gnomon.store;

import static dev.gnomon.store.JournalFixture.put;
import static dev.gnomon.store.JournalFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.journal.Appended;
import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.verification.objects.FaultInjectingObjectStore;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import dev.gnomon.verification.waits.Patience;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Appenders that meet each other, and lost answers.
class JournalRaceTest {
  private static final int EACH = 60;

  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);

  /// Held up between its look and its batch for so long that the others' batches were sealed, made
  /// a base of, and deleted after the retention: the number is free, and before the base.
  @Test
  void whatAnAppenderWritesBeforeANewBaseIsWrittenAgain() {
    Rules shortest = new Rules(1, Duration.ZERO, 1, Duration.ZERO);
    JournalFixture others = JournalFixture.on(objects, clock);
    others.append(transaction("t1", put("a", "1")));
    AtomicBoolean held = new AtomicBoolean();
    JournalFixture late =
        JournalFixture.on(
            new ForwardingObjectStore(objects) {
              @Override
              public Creation create(ObjectName name, byte[] content) {
                if (name.value().contains("/batches/") && held.compareAndSet(false, true)) {
                  others.append(transaction("t2", JournalFixture.put("b", "2")));
                  for (int i = 0; i < 4; i++) {
                    others.upkeep(shortest);
                    clock.advance(JournalFixture.GRACE.plusHours(1));
                  }
                  assertThat(objects.names().stream().map(ObjectName::value))
                      .noneMatch(left -> left.contains("/batches/") || left.contains("/segments/"))
                      .anyMatch(left -> left.contains("/bases/"));
                }
                return super.create(name, content);
              }
            },
            clock);

    Appended appended = late.append(transaction("late", put("c", "3")));

    assertThat(held).isTrue();
    assertThat(appended).isEqualTo(new Appended.At(3));
    assertThat(JournalFixture.on(objects, clock).at(3)).containsOnlyKeys("a", "b", "c");
  }

  /// Of what it listed, the n-th look at a base or a segment comes too late: the retention was
  /// there.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void whatTheRetentionTakesWhileAnAppenderLooksAtItIsNoDamage(int look) {
    Rules shortest = new Rules(1, Duration.ZERO, 1, Duration.ZERO);
    JournalFixture others = JournalFixture.on(objects, clock);
    others.append(transaction("t1", put("a", "1")));
    others.upkeep(JournalFixture.SEAL);
    others.append(transaction("t2", put("b", "2")));
    others.upkeep(JournalFixture.FOLD);
    AtomicInteger looks = new AtomicInteger();
    JournalFixture late =
        JournalFixture.on(
            new ForwardingObjectStore(objects) {
              @Override
              public Optional<InputStream> read(ObjectName name, ByteRange range) {
                boolean mayGo =
                    name.value().contains("/segments/") || name.value().contains("/bases/");
                if (mayGo && looks.incrementAndGet() == look) {
                  others.append(transaction("t3", JournalFixture.put("c", "3")));
                  for (int i = 0; i < 4; i++) {
                    others.upkeep(shortest);
                    clock.advance(JournalFixture.GRACE.plusHours(1));
                  }
                  assertThat(objects.names()).doesNotContain(name);
                }
                return super.read(name, range);
              }
            },
            clock);

    Appended appended = late.append(transaction("late", put("d", "4")));

    assertThat(looks).hasValueGreaterThanOrEqualTo(look);
    assertThat(appended).isEqualTo(new Appended.At(4));
    assertThat(JournalFixture.on(objects, clock).at(4)).containsOnlyKeys("a", "b", "c", "d");
  }

  @Test
  void segmentThatIsLostWhileAnAppenderLooksAtItIsDamage() {
    JournalFixture others = JournalFixture.on(objects, clock);
    others.append(transaction("t1", put("a", "1")));
    others.upkeep(JournalFixture.SEAL);
    JournalFixture late =
        JournalFixture.on(
            new ForwardingObjectStore(objects) {
              @Override
              public Optional<InputStream> read(ObjectName name, ByteRange range) {
                if (name.value().contains("/segments/")) {
                  objects.delete(List.of(name));
                }
                return super.read(name, range);
              }
            },
            clock);

    assertThatThrownBy(() -> late.append(transaction("late", put("b", "2"))))
        .isInstanceOf(DamagedJournalException.class)
        .hasMessageContaining("it was listed and is gone");
  }

  @Test
  void whatSeveralProcessesAppendAtOnceIsThereOnce() throws Exception {
    List<JournalFixture> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(JournalFixture.on(objects, clock));
    }
    List<Future<List<Appended>>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      for (int thread = 0; thread < 6; thread++) {
        JournalFixture process = processes.get(thread % 3);
        int half = thread / 3; // two processes are given each transaction
        running.add(
            threads.submit(() -> {
              List<Appended> outcomes = new ArrayList<>();
              for (int i = 0; i < EACH; i++) {
                String id = "t" + half + "-" + i;
                outcomes.add(process.append(transaction(id, put("k" + i, id))));
              }
              return outcomes;
            }));
      }
      for (Future<List<Appended>> outcomes : running) {
        assertThat(outcomes.get()).hasSize(EACH);
      }
    }

    List<JournalEntry> entries = JournalFixture.on(objects, clock).journal().entries(0, 1000);

    assertThat(entries).hasSize(2 * EACH);
    assertThat(entries)
        .extracting(JournalEntry::position)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 2L * EACH).boxed().toList());
    assertThat(entries).extracting(entry -> entry.transaction().id()).doesNotHaveDuplicates();
  }

  @Test
  void callersWhoWaitShareAnObject() throws Exception {
    CountDownLatch storing = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    JournalFixture journal =
        JournalFixture.on(
            new ForwardingObjectStore(objects) {
              @Override
              public Creation create(ObjectName name, byte[] content) {
                if (name.value().contains("/batches/")) {
                  storing.countDown();
                  await(go);
                }
                return super.create(name, content);
              }
            },
            clock);
    List<Thread> callers = new ArrayList<>();
    callers.add(start(journal, "first"));
    assertThat(storing.await(Patience.LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS))
        .isTrue();
    for (int i = 0; i < 50; i++) {
      callers.add(start(journal, "t" + i));
    }
    Patience.await()
        .until(() -> callers.stream().skip(1).allMatch(t -> t.getState() == Thread.State.WAITING));
    go.countDown();
    for (Thread caller : callers) {
      caller.join();
    }

    assertThat(journal.journal().status().newest()).isEqualTo(51);
    assertThat(objects.names().stream().filter(n -> n.value().contains("/batches/")).count())
        .isEqualTo(2);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Thread start(JournalFixture journal, String id) {
    return Thread.ofPlatform().start(() -> journal.append(transaction(id, put(id, "v"))));
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"TRANSIENT", "OUTCOME_UNKNOWN"})
  void aLostAnswerDoesNotAppendTwice(Kind kind) {
    FaultInjectingObjectStore faults = new FaultInjectingObjectStore(objects);
    JournalFixture journal = JournalFixture.on(faults, clock);
    journal.append(transaction("t1", put("a", "1")));
    faults.failAfter(Operation.CREATE, 1, kind, name -> name.contains("/batches/"));

    assertThat(journal.append(transaction("t2", put("a", "2")))).isEqualTo(new Appended.At(2));

    assertThat(journal.append(transaction("t3", put("a", "3")))).isEqualTo(new Appended.At(3));
    assertThat(JournalFixture.on(objects, clock).journal().status().newest()).isEqualTo(3);
  }

  @Test
  void whoFailedForGoodAndAsksAgainFindsWhatWasAppended() {
    FaultInjectingObjectStore faults = new FaultInjectingObjectStore(objects);
    JournalFixture journal = JournalFixture.on(faults, clock);
    faults.failAfter(Operation.CREATE, 1, Kind.PERMANENT, name -> name.contains("/batches/"));
    Transaction transaction = transaction("t1", put("a", "1"));

    assertThatThrownBy(() -> journal.append(transaction)).isInstanceOf(ObjectStoreException.class);

    assertThat(journal.append(transaction)).isEqualTo(new Appended.Duplicate(1));
  }

  @Test
  void aProcessThatStoodStillWhileItsPlaceWasSealedAndClearedAppendsBehind() {
    JournalFixture sleeper = JournalFixture.on(objects, clock);
    sleeper.append(transaction("t1", put("a", "1")));
    sealedAndCleared();

    assertThat(sleeper.append(transaction("late", put("a", "late")))).isEqualTo(new Appended.At(4));

    assertNothingLost();
  }

  @Test
  void anObjectThatArrivesWhenItsNumberWasSealedAndClearedIsNotTakenForDurable() {
    JournalFixture.on(objects, clock).append(transaction("t1", put("a", "1")));
    AtomicBoolean once = new AtomicBoolean();
    JournalFixture slow =
        JournalFixture.on(
            new ForwardingObjectStore(objects) {
              @Override
              public Creation create(ObjectName name, byte[] content) {
                if (name.value().contains("/batches/") && once.compareAndSet(false, true)) {
                  sealedAndCleared();
                }
                return super.create(name, content);
              }
            },
            clock);

    assertThat(slow.append(transaction("late", put("a", "late")))).isEqualTo(new Appended.At(4));

    assertNothingLost();
    JournalFixture.on(objects, clock).upkeep(JournalFixture.SEAL);
    clock.advance(Duration.ofMinutes(11));
    JournalFixture.on(objects, clock).upkeep(JournalFixture.SEAL);
    assertNothingLost();
    assertThat(objects.names())
        .as("what went nowhere is cleared")
        .noneMatch(name -> name.value().contains("/batches/"));
  }

  /// Two more transactions, under the numbers that come next; then their batches are gone.
  private void sealedAndCleared() {
    JournalFixture other = JournalFixture.on(objects, clock);
    other.append(transaction("t2", put("a", "2")));
    other.append(transaction("t3", put("a", "3")));
    other.upkeep(JournalFixture.SEAL);
    clock.advance(Duration.ofMinutes(11));
    other.upkeep(JournalFixture.SEAL);
    assertThat(objects.names()).noneMatch(name -> name.value().contains("/batches/"));
  }

  private void assertNothingLost() {
    assertThat(JournalFixture.on(objects, clock).journal().entries(0, 10))
        .extracting(entry -> entry.transaction().id())
        .containsExactly("t1", "t2", "t3", "late");
  }

  @Test
  void aTransactionThatCameBeforeItsPredecessorIsToldSoAndTakenLater() {
    JournalFixture journal = JournalFixture.on(objects, clock);
    Transaction second =
        new Transaction("/test", "t2", clock.instant(), Optional.of("t1"), List.of(put("a", "2")));

    assertThat(journal.append(second)).isEqualTo(new Appended.Early("t1"));
    // Somebody else appends what is awaited.
    JournalFixture.on(objects, clock).append(transaction("t1", put("a", "1")));

    assertThat(journal.append(second)).isEqualTo(new Appended.At(2));
  }
}
