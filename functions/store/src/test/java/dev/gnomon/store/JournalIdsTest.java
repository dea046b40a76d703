package dev.gnomon.store;

import static dev.gnomon.store.JournalFixture.put;
import static dev.gnomon.store.JournalFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Transactions that are looked for by their id.
class JournalIdsTest {
  private static final String SEGMENT_2 = "store/journal/orders/segments/%020d".formatted(2);

  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final JournalFixture journal = JournalFixture.on(objects, clock);

  private static Transaction ofAnother(String id, Write write) {
    Instant time = JournalFixture.TIME.plus(Duration.ofMinutes(3));
    return new Transaction("/other", id, time, Optional.empty(), List.of(write));
  }

  /// Sealed or not, and whichever came last.
  @Test
  void anIdThatSeveralSourcesHaveNamesNoMoment() {
    journal.append(transaction("t1", put("a", "1")));
    journal.upkeep(JournalFixture.SEAL);
    journal.append(transaction("t2", put("a", "2")));
    journal.append(ofAnother("t1", put("a", "3")));

    for (Moment moment : List.of(new Moment.After("t1"), new Moment.Before("t1"))) {
      assertThatThrownBy(() -> journal.journal().position(moment))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("2 sources")
          .hasMessageContaining("position:1 (of '/test'")
          .hasMessageContaining("position:3 (of '/other'");
    }
    assertThat(journal.journal().find("t1"))
        .extracting(JournalEntry::position)
        .containsExactly(1L, 3L);
    assertThat(journal.journal().position(new Moment.After("t2"))).isEqualTo(2);
    assertThat(journal.journal().find("t3")).isEmpty();
  }

  /// Asked for by its position afterwards, it would be another one.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void anIdThatIsTrimmedWhileItIsLookedForIsItselfOrNothing(int at) {
    appendHourly(1, 20);
    int[] reads = {0};
    JournalFixture trimming =
        JournalFixture.on(
            new ForwardingObjectStore(objects) {
              @Override
              public Optional<InputStream> read(ObjectName name, ByteRange range) {
                if (range.toEnd() && name.value().contains("/segments/") && ++reads[0] == at) {
                  appendHourly(21, 80);
                }
                return super.read(name, range);
              }
            },
            clock);

    List<JournalEntry> found = trimming.journal().find("t3");

    assertThat(reads[0]).isGreaterThanOrEqualTo(at);
    assertThat(found)
        .allSatisfy(entry -> {
          assertThat(entry.position()).isEqualTo(3);
          assertThat(entry.transaction().writes()).containsExactly(put("k", "v3"));
        });
    assertThat(trimming.journal().find("t80"))
        .extracting(JournalEntry::position)
        .containsExactly(80L);
  }

  private void appendHourly(int from, int to) {
    for (int i = from; i <= to; i++) {
      clock.advance(Duration.ofHours(1));
      journal.append(transaction("t" + i, clock.instant(), put("k", "v" + i)));
      journal.upkeep(new Rules(1, Duration.ZERO, 5, Duration.ofHours(24)));
    }
  }

  /// A segment that went before it was read held the newest of them.
  @Test
  void aSegmentThatGoesWhileAnIdIsLookedForHidesNothing() {
    for (int i = 1; i <= 3; i++) {
      journal.append(transaction("t" + i, put("k", "v" + i)));
      journal.upkeep(JournalFixture.SEAL);
    }
    boolean[] gone = {false};
    JournalFixture watched =
        JournalFixture.on(
            new ForwardingObjectStore(objects) {
              @Override
              public Optional<InputStream> read(ObjectName name, ByteRange range) {
                if (!gone[0] && range.toEnd() && name.value().startsWith(SEGMENT_2)) {
                  gone[0] = true;
                  return Optional.empty(); // merged into another one, which a new list shows
                }
                return super.read(name, range);
              }
            },
            clock);

    assertThat(watched.journal().find("t2")).extracting(JournalEntry::position).containsExactly(2L);
    assertThat(gone).containsExactly(true);
    gone[0] = false;
    assertThat(watched.journal().position(new Moment.After("t2"))).isEqualTo(2);
  }

  /// What it lost may be a transaction of that id: the one that is left is not taken for it.
  @Test
  void aCutSegmentHidesNoTransactionOfAnId() {
    ObjectName segment = sealedAndFollowedByTheSameIdOfAnother();
    clock.advance(Duration.ofMinutes(11));
    journal.upkeep(JournalFixture.SEAL); // its batches go
    byte[] whole = bytes(segment);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      objects.damage(segment, all -> cut);
      assertNamed(segment);
    }
    objects.damage(segment, all -> whole);
    assertBothAreFound();
    objects.delete(List.of(segment));
    assertThatThrownBy(() -> anew().journal().find("t1"))
        .isInstanceOf(DamagedJournalException.class);
  }

  @Test
  void aFlippedSegmentHidesNoTransactionOfAnId() {
    ObjectName segment = sealedAndFollowedByTheSameIdOfAnother();
    clock.advance(Duration.ofMinutes(11));
    journal.upkeep(JournalFixture.SEAL);
    objects.damage(segment, all -> flipped(all, all.length / 3));
    assertNamed(segment);
  }

  @Test
  void batchesThatAreThereYetMakeUpForADamagedSegment() {
    ObjectName segment = sealedAndFollowedByTheSameIdOfAnother();
    byte[] whole = bytes(segment);
    for (int at = 0; at < whole.length; at += 37) {
      int place = at;
      objects.damage(segment, all -> flipped(whole.clone(), place));
      assertBothAreFound();
      objects.damage(segment, all -> Arrays.copyOf(whole, place));
      assertBothAreFound();
    }
  }

  /// @return the segment with the first of the two
  private ObjectName sealedAndFollowedByTheSameIdOfAnother() {
    journal.append(transaction("t0", put("a", "0")));
    journal.append(transaction("t1", put("a", "1")));
    journal.upkeep(new Rules(1 << 20, Duration.ZERO, 1_000_000, Duration.ofDays(7)));
    journal.append(ofAnother("t1", put("a", "2")));
    return objects.names().stream()
        .filter(name -> name.value().contains("/segments/"))
        .findFirst()
        .orElseThrow();
  }

  private JournalFixture anew() {
    return JournalFixture.on(objects, clock);
  }

  private void assertNamed(ObjectName segment) {
    for (Moment moment : List.of(new Moment.After("t1"), new Moment.Before("t1"))) {
      assertThatThrownBy(() -> anew().journal().position(moment))
          .isInstanceOf(DamagedJournalException.class)
          .hasMessageContaining(segment.value());
    }
  }

  private void assertBothAreFound() {
    assertThat(anew().journal().find("t1"))
        .extracting(JournalEntry::position)
        .containsExactly(2L, 3L);
  }

  private byte[] bytes(ObjectName name) {
    try (InputStream in = objects.read(name, ByteRange.ALL).orElseThrow()) {
      return in.readAllBytes();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static byte[] flipped(byte[] bytes, int at) {
    bytes[at] ^= 4;
    return bytes;
  }
}
