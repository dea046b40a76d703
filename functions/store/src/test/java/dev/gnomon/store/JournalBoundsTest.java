package dev.gnomon.store;

import static dev.gnomon.store.JournalFixture.put;
import static dev.gnomon.store.JournalFixture.transaction;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.JournalUpkeep.Report;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.Replay.Undone;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/// What is appended can be read, sealed and undone: what could not is refused before it is stored.
class JournalBoundsTest {
  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final JournalFixture journal = JournalFixture.on(objects, clock);

  @Test
  void aTransactionThatNobodyCouldReadIsRefused() {
    Optional<String> version = Optional.of("v".repeat(2000));
    String rest = "x".repeat(990);
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      writes.add(new Write.Delete(new Key("%05d/%s".formatted(i, rest)), version));
    }

    assertThatThrownBy(() -> journal.append(transaction("t1", writes.toArray(Write[]::new))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'t1'", "before it is compressed", "split it");
    journal.append(transaction("t2", put("a", "1")));

    JournalFixture other = JournalFixture.on(objects, clock);
    assertThat(other.journal().entries(0, 10)).hasSize(1);
    assertThat(other.journal().status().newest()).isEqualTo(1);
  }

  @Test
  void theUndoOfWritesWithMuchMetadataCanBeRead() {
    MapTarget live = new MapTarget();
    String value = "x".repeat(1600);
    for (int round = 0; round < 2; round++) {
      for (int from = 0; from < 8000; from += 400) {
        List<Write> writes = new ArrayList<>();
        for (int i = from; i < from + 400; i++) {
          Map<String, String> metadata = Map.of("one", value + i, "other", value + i);
          byte[] content = {(byte) round};
          Key key = Key.utf8("k" + i);
          writes.add(new Write.Put(key, Optional.empty(), metadata, new Content.Inline(content)));
          live.set(key, content);
        }
        journal.append(transaction("t" + round + "-" + from, writes.toArray(Write[]::new)));
      }
    }
    SortedMap<String, Integer> before = journal.at(20);

    Undone undone = journal.replay().undo(20, live, "test");

    JournalFixture other = JournalFixture.on(objects, clock);
    long newest = other.journal().status().newest();
    assertThat(undone.position()).contains(newest);
    assertThat(live.contents()).isEqualTo(before).isEqualTo(other.at(newest));
  }

  @Test
  void aBulkOfTransactionsIsTakenInPartsThatCanBeSealed() {
    Random random = new Random(1);
    List<Transaction> bulk = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      bulk.add(deletesOfRandomKeys("t" + i, 1500, random));
    }
    assertThatThrownBy(() -> journal.journal().append(bulk))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("100 transactions take", "with their index");
    assertThat(journal.journal().status().newest()).isZero();

    journal.journal().append(bulk.subList(0, 70));
    journal.journal().append(bulk.subList(70, 100));

    Report sealed = journal.upkeep(JournalFixture.SEAL);
    clock.advance(Duration.ofMinutes(11));
    Report cleared = journal.upkeep(JournalFixture.SEAL);
    assertThat(sealed.sealed()).isEqualTo(2);
    assertThat(cleared.deleted()).as("batches that segments hold").isEqualTo(2);
    JournalFixture other = JournalFixture.on(objects, clock);
    assertThat(other.journal().status().newest()).isEqualTo(100);
    assertThat(other.journal().position(new Moment.After("t3"))).isEqualTo(4);
    assertThat(other.replay().beforeLast(1501)).isEqualTo(98);
    assertThat(other.replay().planUndo(99, new MapTarget(), step -> {}).keys()).isEqualTo(1500);
  }

  private static Transaction deletesOfRandomKeys(String id, int count, Random random) {
    Write[] writes = new Write[count];
    byte[] key = new byte[100];
    for (int i = 0; i < count; i++) {
      random.nextBytes(key);
      writes[i] = new Write.Delete(new Key(new String(key, ISO_8859_1)), Optional.empty());
    }
    return transaction(id, writes);
  }
}
