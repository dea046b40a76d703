package dev.gnomon.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.BucketReader;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.store.check.CheckReport;
import dev.gnomon.store.check.ReadSample;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Journals of prefixes that were written by the program of their time stay readable: their content
/// lies in versions of a bucket, here one that the same writes have made again.
class GoldenPrefixJournalsTest {
  private static final S3Prefix ELSEWHERE = S3Prefix.of("s3+http://host:9000/bucket/elsewhere");
  private static final int NEWEST = 8;

  /// A golden journal and its bucket.
  private record Opened(GoldenStore golden, GoldenBucket written, ShadowStores store) {
    static Opened of(String version) throws Exception {
      GoldenStore golden = new GoldenStore(version);
      GoldenBucket written = new GoldenBucket(golden.file("writes.tsv"));
      written.writeAll();
      return new Opened(
          golden,
          written,
          ShadowStores.open(golden.objects(written.clock), golden.settings(), written.buckets()));
    }

    /// Key and SHA-256 of all that a place holds.
    String listed(S3Prefix place) throws Exception {
      BucketReader reader = written.bucket.open(place, PrefixSpec.DEFAULT).reader();
      TreeMap<String, String> lines = new TreeMap<>();
      for (Listed key : reader.list("", Optional.empty(), false).keys()) {
        try (Body body = reader.read(key.key(), Optional.empty()).orElseThrow()) {
          byte[] content = body.content().readAllBytes();
          byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
          lines.put(key.key(), key.key() + "\t" + HexFormat.of().formatHex(hash) + "\n");
        }
      }
      return String.join("", lines.values());
    }

    String expected(int position) throws Exception {
      return new String(golden.expected(position), UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-prefix-journal", "v2-prefix-journal-encrypted"})
  void everyMomentComesBackByteForByte(String version) throws Exception {
    Opened opened = Opened.of(version);
    for (int position = 0; position <= NEWEST; position++) {

      var plan = GoldenBucket.journal(opened.store()).restore(position, ELSEWHERE);

      assertThat(plan).as("position %d", position).isNotNull();
      assertThat(opened.listed(ELSEWHERE))
          .as("position %d", position)
          .isEqualTo(opened.expected(position));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-prefix-journal", "v2-prefix-journal-encrypted"})
  void whatWasWrittenIsInTheBucketAndFound(String version) throws Exception {
    List<JournalEntry> entries =
        Opened.of(version).store().journals().of(GoldenStore.GOLDEN).entries(0, 100);

    assertThat(entries).extracting(JournalEntry::position).hasSize(NEWEST).endsWith((long) NEWEST);
    assertThat(entries)
        .flatExtracting(entry -> entry.transaction().writes())
        .allSatisfy(write -> {
          if (write instanceof Write.Put put) {
            assertThat(put.content()).isInstanceOf(Content.InSource.class);
          }
        })
        .filteredOn(write -> write instanceof Write.Delete)
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-prefix-journal", "v2-prefix-journal-encrypted"})
  void theLastWritesAreTakenBack(String version) throws Exception {
    Opened opened = Opened.of(version);
    assertThat(opened.written().settled(opened.store()).appended()).isZero();

    var plan = GoldenBucket.journal(opened.store()).undo(4);

    assertThat(plan).isNotNull();
    assertThat(opened.listed(PrefixFixture.PLACE)).isEqualTo(opened.expected(4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-prefix-journal", "v2-prefix-journal-encrypted"})
  void onlyWhatIsNewGoesOn(String version) throws Exception {
    Opened opened = Opened.of(version);
    opened.written().bucket.put("data/new", "of today");

    var settled = opened.written().settled(opened.store());

    assertThat(settled.appended()).isEqualTo(1);
    assertThat(opened.store().journals().of(GoldenStore.GOLDEN).status().newest())
        .isEqualTo(NEWEST + 1);
    opened.store().journals().upkeep(GoldenStore.GOLDEN).run(JournalFixture.FOLD);
    var plan = GoldenBucket.journal(opened.store()).restore(3, ELSEWHERE);
    assertThat(plan).isNotNull();
    assertThat(opened.listed(ELSEWHERE)).isEqualTo(opened.expected(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-prefix-journal", "v2-prefix-journal-encrypted"})
  void nothingIsDamaged(String version) throws Exception {
    CheckReport report =
        Opened.of(version).store().upkeep().check(new ReadSample(100, 0), looked -> {});

    assertThat(report.findings()).isEmpty();
    assertThat(report.clean()).isTrue();
  }
}
