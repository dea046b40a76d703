package dev.gnomon.store;

import static dev.gnomon.store.JournalFixture.delete;
import static dev.gnomon.store.JournalFixture.put;
import static dev.gnomon.store.JournalFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Appended;
import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.journal.JournalStatus;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Objects of a journal that are cut short, changed, lost or exchanged.
class JournalDamageTest {
  private final TickingClock clock = new TickingClock();
  private final JournalModel model = new JournalModel();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);

  /// Two batches of one transaction each, then one of three.
  @BeforeEach
  void aJournal() {
    append(objects, List.of(transaction("t1", put("a", "1"), put("b", "1"))));
    append(objects, List.of(transaction("t2", put("a", "2"))));
    append(
        objects,
        List.of(
            transaction("t3", delete("b"), put("c", "3")),
            transaction("t4", put("c", "four".repeat(100))),
            transaction("t5", put("a", "5"))));
  }

  private void append(InMemoryObjectStore to, List<Transaction> transactions) {
    JournalFixture.on(to, clock).journal().append(transactions);
    transactions.forEach(transaction -> model.append(transaction, Map.of()));
  }

  @Test
  void aTailThatIsCutAtAnyByteEndsBehindTheLastWholeTransaction() {
    byte[] whole = bytes(batch(3));
    List<Long> newest = new ArrayList<>();
    for (int length = 0; length < whole.length; length++) {
      InMemoryObjectStore cut = copy();
      int left = length;
      cut.damage(batch(3), all -> Arrays.copyOf(all, left));
      JournalFixture journal = JournalFixture.on(cut, clock);
      JournalStatus status = journal.journal().status();

      assertThat(status.torn())
          .as("length %d", length)
          .hasValueSatisfying(why -> assertThat(why).contains(batch(3).value(), "lacks its last"));
      assertThat(journal.at(status.newest())).isEqualTo(model.at(status.newest()));
      newest.add(status.newest());

      // Whoever appends next goes on behind it, and everybody sees the same from then on.
      Appended next = journal.append(transaction("next", put("next", "1")));
      assertThat(next).isEqualTo(new Appended.At(status.newest() + 1));
      var after = JournalFixture.on(cut, clock).at(status.newest() + 1);
      assertThat(after).containsAllEntriesOf(model.at(status.newest())).containsKey("next");
      assertThat(JournalFixture.on(cut, clock).journal().status().torn()).isEmpty();
      if (length % 97 == 0) { // sealed, and healed later
        assertThat(journal.upkeep(JournalFixture.SEAL).sealed()).isPositive();
        assertThat(JournalFixture.on(cut, clock).at(status.newest() + 1)).isEqualTo(after);
      }
      cut.damage(batch(3), all -> whole);
      assertThat(JournalFixture.on(cut, clock).at(status.newest() + 1)).isEqualTo(after);
    }
    assertThat(newest).isSorted().contains(2L, 3L, 4L).doesNotContain(5L);
  }

  @Test
  void aTornTailIsNotSealedBeforeItIsDecidedWhereItEnds() {
    objects.damage(batch(3), all -> Arrays.copyOf(all, all.length - 1));
    JournalFixture journal = JournalFixture.on(objects, clock);

    journal.upkeep(JournalFixture.SEAL);

    assertThat(journal.journal().status().newest()).isEqualTo(4);
    assertThat(journal.journal().status().torn()).isPresent();
  }

  @Test
  void anyFlippedBitOfABatchIsFoundAndNamed() {
    for (long number = 1; number <= 3; number++) {
      everyFlip(batch(number), bytes(batch(number)).length);
    }
  }

  @Test
  void anyFlippedBitOfASegmentIsFoundAndNamed() {
    assertThat(JournalFixture.on(objects, clock).upkeep(JournalFixture.FOLD).sealed()).isEqualTo(3);
    objects.names().stream()
        .filter(name -> name.value().contains("/batches/") || name.value().contains("/bases/"))
        .forEach(name -> objects.delete(List.of(name)));
    for (ObjectName name : objects.names()) {
      if (name.value().contains("/segments/")) {
        everyFlip(name, bytes(name).length);
      }
    }
  }

  /// Reading it all, and looking for what it holds, uses every byte.
  private void everyFlip(ObjectName name, int length) {
    for (int at = 0; at < length; at++) {
      InMemoryObjectStore flipped = copy();
      int byteAt = at;
      flipped.damage(
          name,
          all -> {
            all[byteAt] ^= (byte) (1 << (byteAt % 8));
            return all;
          });
      JournalFixture journal = JournalFixture.on(flipped, clock);
      assertThatThrownBy(
              () -> {
                journal.at(5);
                journal.append(transaction("after", put("x", "y")));
              })
          .as("byte %d of %s", at, name)
          .isInstanceOf(DamagedJournalException.class)
          .hasMessageContaining(name.value());
    }
  }

  @Test
  void aLostBatchIsMissed() {
    objects.delete(List.of(batch(2)));
    assertDamaged("batch 2 is missing");
  }

  @Test
  void theLossOfTheFirstBatchIsMissed() {
    objects.delete(List.of(batch(1)));
    assertDamaged("batch 1 is missing");
  }

  @Test
  void exchangedBatchesAreFound() {
    byte[] first = bytes(batch(1));
    byte[] second = bytes(batch(2));
    objects.damage(batch(1), all -> second);
    objects.damage(batch(2), all -> first);
    assertDamaged("it is batch 2");
  }

  @Test
  void aBatchOfAnotherResourceIsFound() {
    JournalFixture.on(objects, clock)
        .store()
        .journals()
        .of(new ResourceName("others"))
        .append(List.of(transaction("t1", put("a", "1"))));
    byte[] theirs = bytes(new ObjectName(batch(1).value().replace("orders", "others")));
    objects.damage(batch(1), all -> theirs);
    assertDamaged("another resource");
  }

  @Test
  void aBatchOfAnotherHistoryIsFound() {
    InMemoryObjectStore other = new InMemoryObjectStore(clock);
    append(other, List.of(transaction("u1", put("a", "7"), put("b", "7"))));
    append(other, List.of(transaction("u2", put("a", "8"))));
    objects.damage(batch(2), all -> bytes(other, batch(2)));
    assertDamaged("does not follow position 1");
  }

  @Test
  void whatIsBeforeTheDamageCanStillBeRestored() {
    objects.damage(
        batch(3),
        all -> {
          all[all.length - 1] ^= 1;
          return all;
        });
    assertDamaged(batch(3).value());
    assertThat(JournalFixture.on(objects, clock).at(2)).isEqualTo(model.at(2));
  }

  @Test
  void aDamagedSegmentIsMadeUpForByItsBatches() {
    JournalFixture.on(objects, clock).upkeep(JournalFixture.SEAL);
    objects.names().stream()
        .filter(name -> name.value().contains("/segments/"))
        .forEach(name ->
            objects.damage(
                name,
                all -> {
                  all[all.length / 2] ^= 1;
                  return all;
                }));
    assertThat(JournalFixture.on(objects, clock).at(5)).isEqualTo(model.at(5));
  }

  @Test
  void batchesOfADamagedSegmentAreNotDeleted() {
    JournalFixture.on(objects, clock).upkeep(JournalFixture.SEAL);
    ObjectName segment =
        objects.names().stream()
            .filter(name -> name.value().contains("/segments/"))
            .findFirst()
            .orElseThrow();
    objects.damage(segment, all -> Arrays.copyOf(all, all.length - 1));
    clock.advance(JournalFixture.GRACE);

    assertThatThrownBy(() -> JournalFixture.on(objects, clock).upkeep(JournalFixture.SEAL))
        .isInstanceOf(DamagedJournalException.class)
        .hasMessageContaining(segment.value());

    assertThat(objects.names()).contains(batch(1), batch(2), batch(3));
  }

  private void assertDamaged(String why) {
    assertThatThrownBy(() -> JournalFixture.on(objects, clock).at(5))
        .isInstanceOf(DamagedJournalException.class)
        .hasMessageContaining("orders")
        .hasMessageContaining(why);
    assertThatThrownBy(
            () -> JournalFixture.on(objects, clock).append(transaction("after", put("x", "y"))))
        .isInstanceOf(DamagedJournalException.class);
  }

  private InMemoryObjectStore copy() {
    InMemoryObjectStore copy = new InMemoryObjectStore(clock);
    objects.names().forEach(name -> copy.create(name, bytes(name)));
    return copy;
  }

  private byte[] bytes(ObjectName name) {
    return bytes(objects, name);
  }

  private static byte[] bytes(InMemoryObjectStore store, ObjectName name) {
    try (InputStream in = store.read(name, ByteRange.ALL).orElseThrow()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static ObjectName batch(long number) {
    return new ObjectName("store/journal/orders/batches/%020d".formatted(number));
  }
}
