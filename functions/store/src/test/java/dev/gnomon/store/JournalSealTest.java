package dev.gnomon.store;

import static dev.gnomon.store.JournalFixture.put;
import static dev.gnomon.store.JournalFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When batches become segments: once enough waits for it, or has waited long enough.
class JournalSealTest {
  private static final int BYTES = 10_000;
  private static final Duration EVERY = Duration.ofMinutes(5);
  private static final Rules RULES = new Rules(BYTES, EVERY, 1_000_000, Duration.ofDays(7));

  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final JournalFixture journal = JournalFixture.on(objects, clock);

  private void append(int number, int bytes) {
    journal.append(transaction("t" + number, put("k" + number, Trees.random(number, bytes))));
  }

  /// First and last batch of each.
  private List<String> segments() {
    return objects.names().stream()
        .map(name -> name.value())
        .filter(name -> name.contains("/segments/"))
        .map(name -> name.replaceFirst(".*/0*([0-9]+)-0*([0-9]+)$", "$1-$2"))
        .toList();
  }

  @Test
  void aSmallTailWaitsUntilItsOldestBatchIsOldEnough() {
    append(1, 100);
    assertThat(journal.upkeep(RULES).sealed()).isZero();
    clock.advance(EVERY.minusSeconds(1));
    append(2, 100);
    assertThat(journal.upkeep(RULES).sealed()).isZero();
    assertThat(segments()).isEmpty();

    clock.advance(Duration.ofSeconds(1));
    assertThat(journal.upkeep(RULES).sealed()).isEqualTo(1);

    assertThat(segments()).containsExactly("1-2");
    append(3, 100);
    assertThat(journal.upkeep(RULES).sealed()).isZero(); // the next one waits anew
    assertThat(segments()).containsExactly("1-2");
    assertThat(journal.at(3)).hasSize(3);
  }

  @Test
  void aYoungTailIsSealedOnceItIsLargeAndWhatIsLeftOfItWaits() {
    for (int i = 1; i <= 2; i++) {
      append(i, 4_000);
      assertThat(journal.upkeep(RULES).sealed()).isZero();
    }
    append(3, 4_000);
    append(4, 4_000);

    assertThat(journal.upkeep(RULES).sealed()).isEqualTo(1);
    assertThat(segments()).containsExactly("1-3");
    assertThat(journal.upkeep(RULES).sealed()).isZero();

    clock.advance(EVERY);
    assertThat(journal.upkeep(RULES).sealed()).isEqualTo(1);
    assertThat(segments()).containsExactlyInAnyOrder("1-3", "4-4");
    assertThat(journal.at(4)).hasSize(4);
  }
}
