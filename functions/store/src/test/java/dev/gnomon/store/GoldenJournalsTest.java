package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.journal.Appended;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.Replay;
import dev.gnomon.store.check.CheckReport;
import dev.gnomon.store.check.ReadSample;
import dev.gnomon.store.journal.DirectoryTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Journals that were written by the program of their time stay readable: begun on a point, with
/// batches that were sealed and deleted, a base in the middle, and batches behind all segments.
class GoldenJournalsTest {
  private static final int NEWEST = 8;

  @TempDir Path temp;

  private static DirectoryTarget in(Path directory) {
    return DirectoryTarget.of(directory, () -> UUID.randomUUID().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-journal", "v2-journal-encrypted"})
  void everyMomentComesBackByteForByte(String version) throws Exception {
    GoldenStore golden = new GoldenStore(version);
    Replay replay = golden.fixture().store().journals().replay(GoldenStore.GOLDEN);
    for (int position = 0; position <= NEWEST; position++) {
      Path directory = Files.createDirectory(temp.resolve("at" + position));

      replay.restore(position, in(directory));

      assertThat(GoldenStore.sums(directory))
          .as("position %d", position)
          .isEqualTo(golden.expected(position));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-journal", "v2-journal-encrypted"})
  void theLastWritesAreTakenBack(String version) throws Exception {
    GoldenStore golden = new GoldenStore(version);
    Path directory = Files.createDirectory(temp.resolve("live"));
    Replay replay = golden.fixture().store().journals().replay(GoldenStore.GOLDEN);
    replay.restore(NEWEST, in(directory));

    replay.undo(2, in(directory), "test");

    assertThat(GoldenStore.sums(directory)).isEqualTo(golden.expected(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-journal", "v2-journal-encrypted"})
  void transactionsAndTheirTimesAreFound(String version) throws Exception {
    var journal = new GoldenStore(version).fixture().store().journals().of(GoldenStore.GOLDEN);

    assertThat(journal.entries(0, 100))
        .extracting(entry -> entry.transaction().id())
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, NEWEST).mapToObj(number -> "t" + number).toList());
    for (JournalEntry entry : journal.entries(0, 100)) {
      assertThat(journal.position(new Moment.Time(entry.transaction().time())))
          .isEqualTo(entry.position());
      assertThat(journal.position(new Moment.After(entry.transaction().id())))
          .isEqualTo(entry.position());
    }
    assertThat(journal.status().torn()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-journal", "v2-journal-encrypted"})
  void aRepeatIsKnownAndWhatIsNewGoesOn(String version) throws Exception {
    GoldenStore golden = new GoldenStore(version);
    JournalFixture journal = new JournalFixture(golden.fixture().store());
    var goldenJournal = journal.store().journals().of(GoldenStore.GOLDEN);

    Appended next =
        goldenJournal
            .append(
                List.of(JournalFixture.transaction("today", JournalFixture.put("new", "of today"))))
            .getFirst();

    assertThat(next).isEqualTo(new Appended.At(NEWEST + 1));
    journal.store().journals().upkeep(GoldenStore.GOLDEN).run(JournalFixture.FOLD);
    assertThat(goldenJournal.find("t2")).hasSize(1);
    Path directory = Files.createDirectory(temp.resolve("at"));
    journal.store().journals().replay(GoldenStore.GOLDEN).restore(4, in(directory));
    assertThat(GoldenStore.sums(directory)).isEqualTo(golden.expected(4));
  }

  @Test
  void nothingIsDamaged() throws Exception {
    CheckReport report =
        new GoldenStore("v2-journal")
            .fixture()
            .store()
            .upkeep()
            .check(new ReadSample(100, 0), looked -> {});

    assertThat(report.findings()).isEmpty();
    assertThat(report.clean()).isTrue();
  }
}
