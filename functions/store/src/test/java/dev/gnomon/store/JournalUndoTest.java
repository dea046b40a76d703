package dev.gnomon.store;

import static dev.gnomon.store.JournalFixture.delete;
import static dev.gnomon.store.JournalFixture.put;
import static dev.gnomon.store.JournalFixture.transaction;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.JournalEntry.Kind;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.Replay.Step;
import dev.gnomon.core.journal.Replay.UndoPlan;
import dev.gnomon.core.journal.Replay.Undone;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.verification.objects.FaultInjectingObjectStore;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Undoing the last writes of a journal in the place that they were made in.
class JournalUndoTest {
  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final MapTarget live = new MapTarget();
  private JournalFixture journal = JournalFixture.on(objects, clock);

  /// Writes in the live place, and announces it.
  private void write(String id, Write... writes) {
    for (Write write : writes) {
      switch (write) {
        case Write.Put put ->
            Targets.put(
                live, put.key(), put.metadata(), () -> journal.journal().read(put.content()));
        case Write.Delete delete -> live.delete(delete.key());
      }
    }
    journal.append(transaction(id, writes));
  }

  @Test
  void onlyTheKeysOfTheUndoneWritesAreTouched() {
    for (int i = 0; i < 200; i++) {
      write("old" + i, put("k" + i, "old"));
    }
    journal.upkeep(JournalFixture.FOLD);
    SortedMap<String, Integer> before = live.contents();
    write("t1", put("k7", "new"), put("k8", "new"), put("fresh", "new"));
    write("t2", delete("k9"), put("k7", "newer"));
    int looks = live.looks();
    List<Step> steps = new ArrayList<>();

    UndoPlan plan = journal.replay().planUndo(200, live, steps::add);
    Undone undone = journal.replay().undo(200, live, "test");

    assertThat(live.contents()).isEqualTo(before);
    assertThat(steps)
        .extracting(step -> step.key().raw())
        .containsExactly("fresh", "k7", "k8", "k9");
    assertThat(plan.transactions()).isEqualTo(2);
    assertThat(plan.writes()).isEqualTo(5);
    assertThat(undone.plan()).isEqualTo(plan);
    assertThat(undone.position()).contains(203L);
    assertThat(live.looks() - looks).as("looks at keys").isEqualTo(8);
    assertThat(journal.at(203)).isEqualTo(before);
  }

  @Test
  void anUndoCanBeUndone() {
    write("t1", put("a", "1"), put("b", "1"));
    write("t2", put("a", "2"), delete("b"), put("c", "2"));
    SortedMap<String, Integer> after = live.contents();
    journal.replay().undo(1, live, "test");
    JournalEntry undo = journal.journal().entries(2, 10).getFirst();

    journal.replay().undo(2, live, "test");

    assertThat(undo.kind()).isEqualTo(Kind.UNDO);
    assertThat(live.contents()).isEqualTo(after);
    assertThat(journal.at(journal.journal().status().newest())).isEqualTo(after);
  }

  @Test
  void theLastWritesEndAtATransaction() {
    write("t1", put("a", "1"));
    write("t2", put("a", "2"), put("b", "2"), put("c", "2"));
    journal.upkeep(JournalFixture.SEAL);
    write("t3", put("a", "3"));

    assertThat(journal.replay().beforeLast(0)).isEqualTo(3);
    assertThat(journal.replay().beforeLast(1)).isEqualTo(2);
    assertThat(journal.replay().beforeLast(2)).isEqualTo(1);
    assertThat(journal.replay().beforeLast(4)).isEqualTo(1);
    assertThat(journal.replay().beforeLast(5)).isEqualTo(0);
    assertThat(journal.replay().beforeLast(500)).isEqualTo(0);
  }

  @Test
  void whatNobodyAnnouncedIsKeptInTheJournalBeforeItIsOverwritten() {
    write("t1", put("a", "1"));
    write("t2", put("a", "2"), put("b", "2"));
    live.set(Key.utf8("a"), "unannounced".getBytes(UTF_8));
    SortedMap<String, Integer> drifted = live.contents();
    assertThat(journal.replay().planUndo(1, live, step -> {}).drifted()).containsExactly("a");

    Undone undone = journal.replay().undo(1, live, "test");

    assertThat(undone.kept()).contains(3L);
    assertThat(undone.position()).contains(4L);
    assertThat(journal.journal().entries(2, 1).getFirst().kind()).isEqualTo(Kind.KEPT);
    assertThat(live.contents()).isEqualTo(journal.at(1));
    journal.replay().undo(3, live, "test");
    assertThat(live.contents()).isEqualTo(drifted);
  }

  @Test
  void aTransactionThatComesMeanwhileIsUndoneTooAndNotLost() {
    write("t1", put("a", "1"));
    write("t2", put("a", "2"));
    AtomicBoolean once = new AtomicBoolean();
    JournalFixture other = JournalFixture.on(objects, clock);
    JournalFixture interrupted =
        JournalFixture.on(
            new ForwardingObjectStore(objects) {
              @Override
              public Creation create(ObjectName name, byte[] content) {
                if (name.value().contains("/batches/") && once.compareAndSet(false, true)) {
                  live.set(Key.utf8("b"), "3".getBytes(UTF_8));
                  other.append(transaction("t3", JournalFixture.put("b", "3")));
                }
                return super.create(name, content);
              }
            },
            clock);

    Undone undone = interrupted.replay().undo(1, live, "test");

    assertThat(undone.position()).contains(4L);
    assertThat(live.contents()).isEqualTo(journal.at(1)).isEqualTo(journal.at(4));
    assertThat(journal.journal().find("t3")).hasSize(1);
  }

  @Test
  void anUndoThatDiesAnywhereAndIsAskedForAgainEndsTheSame() {
    int deaths = 0;
    for (int nth = 1; ; nth++) {
      InMemoryObjectStore store = new InMemoryObjectStore(clock);
      journal = JournalFixture.on(store, clock);
      write("t1", put("a", "1"), put("b", "1".repeat(9000)));
      write("t2", put("a", "2"), put("b", "2"), put("c", "2"));
      live.set(Key.utf8("c"), "unannounced".getBytes(UTF_8));
      FaultInjectingObjectStore faults = new FaultInjectingObjectStore(store);
      faults.failAfter(Operation.CREATE, nth, ObjectStoreException.Kind.PERMANENT);
      boolean died = false;
      try {
        JournalFixture.on(faults, clock).replay().undo(1, live, "test");
      } catch (ObjectStoreException e) {
        died = true;
        deaths++;
      }
      JournalFixture again = JournalFixture.on(store, clock);
      if (again.journal().entries(0, 100).getLast().kind() != Kind.UNDO) {
        assertThat(counted(again, 3)).as("death %d", nth).isEqualTo(1);
      }
      again.replay().undo(1, live, "test");

      assertThat(live.contents()).isEqualTo(again.at(1));
      assertThat(again.at(again.journal().status().newest())).isEqualTo(again.at(1));
      assertThat(again.journal().entries(0, 100))
          .filteredOn(entry -> entry.kind() == Kind.KEPT)
          .hasSize(1);
      if (!died) {
        assertThat(deaths).as("writes that were killed").isGreaterThanOrEqualTo(2);
        return;
      }
    }
  }

  /// Position before the last writes, or the one by which an undo has to be finished first.
  private static long counted(JournalFixture journal, long writes) {
    try {
      return journal.replay().beforeLast(writes);
    } catch (Refusal e) {
      assertThat(e).hasMessageContaining("was not finished");
      return Long.parseLong(
          e.getMessage().replaceAll("(?s).*finish it by --after ([0-9]+).*", "$1"));
    }
  }

  @Test
  void anUndoThatDiedBetweenItsTransactionsIsFinishedAndTakenBackWhole() {
    byte[] value = new byte[4000];
    for (int i = 0; i < 2400; i += 400) {
      List<Write> writes = new ArrayList<>();
      for (int k = i; k < i + 400; k++) {
        new Random(k).nextBytes(value);
        writes.add(put("k" + k, value.clone()));
      }
      write("t" + i, writes.toArray(Write[]::new));
    }
    SortedMap<String, Integer> good = live.contents();
    for (int i = 0; i < 2400; i += 400) {
      List<Write> writes = new ArrayList<>();
      for (int k = i; k < i + 400; k++) {
        writes.add(put("k" + k, "bad"));
      }
      write("bad" + i, writes.toArray(Write[]::new));
    }
    SortedMap<String, Integer> bad = live.contents();
    live.set(Key.utf8("k7"), "unannounced".getBytes(UTF_8));
    FaultInjectingObjectStore faults = new FaultInjectingObjectStore(objects);
    faults.failAfter(Operation.CREATE, 2, ObjectStoreException.Kind.PERMANENT);
    assertThatThrownBy(() -> JournalFixture.on(faults, clock).replay().undo(6, live, "test"))
        .isInstanceOf(ObjectStoreException.class);
    JournalFixture again = JournalFixture.on(objects, clock);
    List<JournalEntry> died = again.journal().entries(12, 100);
    assertThat(died).extracting(JournalEntry::kind).startsWith(Kind.KEPT, Kind.UNDO, Kind.UNDO);

    assertThat(again.replay().beforeLast(0)).isEqualTo(12 + died.size());
    assertThat(counted(again, 10)).isEqualTo(6);
    again.append(transaction("another", put("z", "1")));
    assertThat(again.replay().beforeLast(1)).isEqualTo(12 + died.size());
    assertThat(counted(again, 2)).isEqualTo(6);
    live.set(Key.utf8("z"), "1".getBytes(UTF_8));
    again.replay().undo(6, live, "test");

    assertThat(live.contents()).isEqualTo(good);
    long newest = again.journal().status().newest();
    assertThat(again.at(newest)).isEqualTo(good);
    again.upkeep(JournalFixture.SEAL);
    long beforeUndo = 12 + died.size() + 1;
    assertThat(again.replay().beforeLast(1)).as("the whole undo").isEqualTo(beforeUndo);
    assertThat(again.replay().beforeLast(2401 + 1)).as("and one more").isEqualTo(beforeUndo - 1);
    again.replay().undo(12, live, "test");
    assertThat(live.contents()).isEqualTo(bad);
  }

  @Test
  void whatDriftedIsKeptWithoutHoldingItInMemory() {
    int keys = 300;
    for (int from = 0; from < keys; from += 100) {
      List<Write> writes = new ArrayList<>();
      for (int i = from; i < from + 100; i++) {
        writes.add(put("k" + i, "announced"));
      }
      write("t" + from, writes.toArray(Write[]::new));
    }
    AtomicLong read = new AtomicLong();
    AtomicLong stored = new AtomicLong();
    AtomicLong most = new AtomicLong();
    MapTarget drifted =
        new MapTarget() {
          @Override
          public Optional<Item> item(Key key) {
            boolean isRestored = super.get(key).isPresent();
            return isRestored ? super.item(key) : Optional.of(new Item(key, 500_000));
          }

          @Override
          public Optional<InputStream> read(Key key) {
            if (super.get(key).isPresent()) {
              return super.read(key);
            }
            most.accumulateAndGet(read.addAndGet(500_000) - stored.get(), Math::max);
            return Optional.of(new ByteArrayInputStream(Trees.random(key.hashCode(), 500_000)));
          }
        };
    JournalFixture counted =
        JournalFixture.on(
            new ForwardingObjectStore(objects) {
              @Override
              public long put(ObjectName name, InputStream content) {
                long bytes = super.put(name, content);
                stored.addAndGet(bytes);
                return bytes;
              }
            },
            clock);

    Undone undone = counted.replay().undo(0, drifted, "test");

    assertThat(undone.kept()).isPresent();
    assertThat(undone.plan().drifted()).isNotEmpty();
    assertThat(read.get()).isEqualTo(keys * 500_000L);
    assertThat(most.get()).as("bytes in memory").isLessThan(110_000_000);
    MapTarget then = new MapTarget();
    journal.replay().restore(undone.kept().orElseThrow(), then);
    assertThat(then.get(Key.utf8("k17")))
        .hasValue(Trees.random(Key.utf8("k17").hashCode(), 500_000));
  }

  @Test
  void aPositionThatIsNotThereIsRefused() {
    write("t1", put("a", "1"));
    assertThatThrownBy(() -> journal.replay().undo(7, live, "test"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("ends at position 1");
    assertThatThrownBy(() -> journal.replay().restore(7, new MapTarget()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("ends at position 1");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2})
  void anyUndoGivesTheStateOfItsPosition(long fixed) {
    long seed = fixed == 0 ? Long.getLong("gnomon.seed", System.nanoTime()) : fixed;
    System.out.println("JournalUndoTest: -Dgnomon.seed=" + seed);
    Random random = new Random(seed);
    List<SortedMap<String, Integer>> states = new ArrayList<>(List.of(live.contents()));
    for (int step = 0; step < 120; step++) {
      switch (random.nextInt(8)) {
        case 0 -> journal.upkeep(random.nextBoolean() ? JournalFixture.SEAL : JournalFixture.FOLD);
        case 1 -> {
          long to = random.nextInt(states.size());
          Undone undone = journal.replay().undo(to, live, "test");
          assertThat(live.contents())
              .as("seed %d step %d", seed, step)
              .isEqualTo(states.get((int) to));
          Optional<Long> position = undone.position();
          if (position.isPresent()) {
            states.add(live.contents());
          }
        }
        default -> {
          List<Write> writes = new ArrayList<>();
          for (int i = random.nextInt(4); i >= 0; i--) {
            String key = "k" + random.nextInt(20);
            writes.add(
                random.nextInt(3) == 0
                    ? delete(key)
                    : put(key, "x".repeat(random.nextInt(3) * 3000) + random.nextInt(9)));
          }
          write("t" + step, writes.toArray(Write[]::new));
          states.add(live.contents());
        }
      }
      assertThat(journal.journal().status().newest()).isEqualTo(states.size() - 1);
    }
    assertThat(journal.journal().position(new Moment.Newest())).isEqualTo(states.size() - 1);
  }
}
