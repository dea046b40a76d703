package dev.gnomon.store;

import static dev.gnomon.store.JournalFixture.delete;
import static dev.gnomon.store.JournalFixture.put;
import static dev.gnomon.store.JournalFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Times, bases, retention and what a restore has to read.
class JournalMomentsTest {
  @TempDir Path directory;

  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final JournalFixture journal = JournalFixture.on(objects, clock);

  private Instant after(int minutes) {
    return JournalFixture.TIME.plus(Duration.ofMinutes(minutes));
  }

  @Test
  void aTimeIsBeforeTheFirstTransactionThatHappenedLater() {
    clock.advance(Duration.ofHours(1));
    journal.append(transaction("t1", after(10), put("a", "1")));
    journal.append(transaction("t2", after(20), put("a", "2")));
    journal.append(transaction("late", after(5), put("b", "late")));
    journal.append(transaction("t3", after(30), put("a", "3")));
    for (int round = 0; round < 2; round++) {
      assertThat(journal.journal().position(new Moment.Time(after(9)))).isZero();
      assertThat(journal.journal().position(new Moment.Time(after(10)))).isEqualTo(1);
      assertThat(journal.journal().position(new Moment.Time(after(19)))).isEqualTo(1);
      assertThat(journal.journal().position(new Moment.Time(after(20)))).isEqualTo(3);
      assertThat(journal.journal().position(new Moment.Time(after(999)))).isEqualTo(4);
      assertThat(journal.journal().entries(0, 9))
          .extracting(JournalEntry::late)
          .containsExactly(false, false, true, false);
      journal.upkeep(JournalFixture.SEAL); // the same from segments
    }
  }

  @Test
  void aClockThatIsAheadHidesNothing() {
    journal.append(transaction("ahead", after(100_000), put("a", "1")));
    clock.advance(Duration.ofMinutes(10));
    journal.append(transaction("t2", after(5), put("a", "2")));

    assertThat(journal.journal().position(new Moment.Time(clock.instant()))).isEqualTo(2);
    assertThat(journal.journal().position(new Moment.Time(after(4)))).isEqualTo(1);
  }

  @Test
  void transactionsAreBoundaries() {
    journal.append(transaction("t1", put("a", "1")));
    journal.upkeep(JournalFixture.SEAL);
    journal.append(transaction("t2", put("a", "2"), delete("b")));

    assertThat(journal.journal().position(new Moment.After("t1"))).isEqualTo(1);
    assertThat(journal.journal().position(new Moment.Before("t2"))).isEqualTo(1);
    assertThat(journal.journal().position(new Moment.After("t2"))).isEqualTo(2);
    assertThatThrownBy(() -> journal.journal().position(new Moment.After("t3")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no transaction 't3'");
  }

  @Test
  void aRestoreReadsNoMoreThanWhatCameBehindTheNewestBaseBeforeIt() {
    for (int i = 1; i <= 30; i++) {
      journal.append(transaction("t" + i, put("k" + i, "v" + i)));
      if (i % 10 == 0) {
        journal.upkeep(JournalFixture.FOLD);
        clock.advance(Duration.ofMinutes(11));
        journal.upkeep(JournalFixture.SEAL); // batches that segments hold are gone
      }
    }
    TreeSet<String> read = new TreeSet<>();
    JournalFixture watched =
        JournalFixture.on(
            new ForwardingObjectStore(objects) {
              @Override
              public Optional<InputStream> read(ObjectName name, ByteRange range) {
                if (range.toEnd() && name.value().contains("/segments/")) {
                  read.add(name.value());
                }
                return super.read(name, range);
              }
            },
            clock);
    MapTarget target = new MapTarget();

    watched.replay().restore(24, target);

    assertThat(target.contents()).hasSize(24);
    assertThat(read).hasSizeBetween(1, 5).allMatch(name -> name.compareTo(segment(21)) >= 0);
  }

  private static String segment(long first) {
    return "store/journal/orders/segments/%020d".formatted(first);
  }

  @Test
  void anyMomentWithinTheRetentionCanBeRestoredAndOlderOnesGo() {
    Rules rules = new Rules(1, Duration.ZERO, 5, Duration.ofHours(24));
    List<Instant> times = new ArrayList<>();
    for (int i = 1; i <= 60; i++) {
      clock.advance(Duration.ofHours(1));
      times.add(clock.instant());
      journal.append(transaction("t" + i, clock.instant(), put("k" + i % 7, "v" + i)));
      journal.upkeep(rules);
      Instant oldest = clock.instant().minus(rules.retain());
      Instant asked = oldest.isBefore(times.getFirst()) ? times.getFirst() : oldest;
      long position = journal.journal().position(new Moment.Time(asked));
      assertThat(position).isEqualTo(times.indexOf(asked) + 1L);
      assertThat(journal.at(position)).isNotEmpty();
    }

    assertThat(journal.journal().status().bases().getFirst().position()).isBetween(20L, 36L);
    assertThat(objects.names().stream().filter(n -> n.value().contains("/segments/")).count())
        .isLessThan(45);
    assertThatThrownBy(() -> journal.journal().position(new Moment.Time(times.get(1))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("reaches back to");
    assertThatThrownBy(() -> journal.at(2)).isInstanceOf(Refusal.class);
  }

  @Test
  void whatWasRecordedWithinTheRetentionStaysHoweverLongAgoItHappened() {
    Rules rules = new Rules(1, Duration.ZERO, 1, Duration.ofDays(7));
    for (int i = 1; i <= 3; i++) {
      journal.append(transaction("t" + i, after(i).minus(Duration.ofDays(30)), put("a", "v" + i)));
      journal.upkeep(rules);
      clock.advance(Duration.ofMinutes(1));
    }
    clock.advance(JournalFixture.GRACE.plusHours(1));
    journal.upkeep(rules);

    assertThat(journal.at(0)).isEmpty();
    assertThat(journal.at(1)).hasSize(1);
    clock.advance(Duration.ofDays(7));
    journal.upkeep(rules);
    assertThatThrownBy(() -> journal.at(1)).isInstanceOf(Refusal.class);
    assertThat(journal.at(3)).hasSize(1);
  }

  @Test
  void contentsOfAJournalAreNoGarbageUntilNoMomentNeedsThem() {
    Rules rules = new Rules(1, Duration.ZERO, 1, Duration.ofHours(5));
    byte[] big = Trees.random(1, 300_000);
    journal.append(transaction("t1", put("big", big)));
    journal.append(transaction("t2", put("big", "small")));
    for (int hour = 0; hour < 4; hour++) {
      clock.advance(Duration.ofHours(1));
      journal.upkeep(rules);
      journal.store().expiry().collect(JournalFixture.GRACE);
    }
    MapTarget target = new MapTarget();
    JournalFixture.on(objects, clock).replay().restore(1, target);
    assertThat(target.get(dev.gnomon.core.journal.Key.utf8("big"))).hasValue(big);

    for (int hour = 0; hour < 24; hour++) {
      clock.advance(Duration.ofHours(1));
      journal.upkeep(rules);
      journal.store().expiry().collect(JournalFixture.GRACE);
    }
    assertThat(JournalFixture.on(objects, clock).at(2)).hasSize(1);
    long packed =
        objects.names().stream()
            .filter(name -> name.value().contains("/packs/"))
            .mapToLong(name -> objects.stat(name).orElseThrow().sizeBytes())
            .sum();
    assertThat(packed).isLessThan(100_000);
  }

  @Test
  void aJournalBeginsOnTheFilesOfAPoint() throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Trees.shell(
        source,
        "mkdir a a-b; echo 1 > a/x; echo 2 > a-b/y; echo 3 > a.z; ln a/x a/w; ln -s a/x link");
    StoreFixture points = new StoreFixture(journal.store());
    Point point =
        points.capture(
            new dev.gnomon.core.shadow.CaptureRequest(
                "job",
                JournalFixture.ORDERS,
                source,
                dev.gnomon.core.shadow.PointKind.COMMAND,
                Optional.empty(),
                List.of(),
                dev.gnomon.core.catalogue.OnChange.RETRY,
                1 << 20));

    journal.journal().begin(point.id());
    journal.journal().begin(point.id());
    journal.append(transaction("t1", put("a/x", "new"), delete("a.z")));

    assertThat(journal.at(0).keySet()).containsExactly("a-b/y", "a.z", "a/w", "a/x");
    assertThat(journal.at(1).keySet()).containsExactly("a-b/y", "a/w", "a/x");
    assertThat(journal.journal().status().bases().getFirst().from()).contains(point.id());
    Point second = points.capture(source);
    assertThatThrownBy(() -> journal.journal().begin(second.id())).isInstanceOf(Refusal.class);
  }
}
