package dev.gnomon.store;

import static dev.gnomon.store.PrefixFixture.PLACE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.BucketReader;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.verification.buckets.InMemoryBucket;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Points of prefixes that were written by the program of their time stay readable.
class GoldenPrefixesTest {
  private final TickingClock clock = new TickingClock();
  private final InMemoryBucket bucket = new InMemoryBucket(clock::instant);

  private StoreFixture fixture(GoldenStore golden) throws Exception {
    return new StoreFixture(
        ShadowStores.open(
            golden.objects(), golden.settings(), place -> bucket.open(place, PrefixSpec.DEFAULT)));
  }

  @ParameterizedTest
  @CsvSource({"v2-prefix, 1", "v2-prefix, 2", "v2-prefix-encrypted, 1", "v2-prefix-encrypted, 2"})
  void everyPointComesBackByteForByte(String version, int number) throws Exception {
    GoldenStore golden = new GoldenStore(version);
    bucket.put("data/index.html", "damaged");
    bucket.put("data/stray", "in no point");

    fixture(golden)
        .restore(
            new RestoreRequest(
                GoldenStore.point(number), PLACE, CaptureRequest.DEFAULT_PART_BYTES));

    assertThat(listed()).isEqualTo(new String(golden.expected(number), UTF_8));
  }

  /// The lines that `make-inputs` writes.
  private String listed() throws Exception {
    BucketReader reader = bucket.open(PLACE, PrefixSpec.DEFAULT).reader();
    SortedMap<String, String> lines = new TreeMap<>();
    Optional<String> next = Optional.empty();
    do {
      Listed.Page page = reader.list("", next, false);
      for (Listed key : page.keys()) {
        try (Body body = reader.read(key.key(), Optional.empty()).orElseThrow()) {
          lines.put(key.key(), line(body));
        }
      }
      next = page.next();
    } while (next.isPresent());
    StringBuilder all = new StringBuilder();
    lines.forEach((key, line) -> all.append(key).append('\t').append(line).append('\n'));
    return all.toString();
  }

  private static String line(Body body) throws Exception {
    Attributes attributes = body.found().attributes();
    return String.join(
        "\t",
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(body.content().readAllBytes())),
        attributes.headers().getOrDefault("content-type", ""),
        attributes.metadata().getOrDefault("owner", ""),
        attributes.tags().getOrDefault("stage", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "v2-prefix, 7256e946561865fab43d8df59d705736ac9eb102651d322d0093831191193bac,"
        + " 1f8470cb3d25063a84f09303d896056639731a5d3e51871ae0ed71e733b6c239",
    "v2-prefix-encrypted, 2e9e67882e6d99e9dda2cd7ebcbb5d6928e4404c771b222e6898c3aab9ee17a1,"
        + " 66b239a43220d1c7ff707fad75ef0f2b9e26605d3d32d5f3ce4174acf53f9cef"
  })
  void everyPointIsWholeAndSaysTheSame(String version, String first, String second)
      throws Exception {
    ShadowStores store = fixture(new GoldenStore(version)).store();

    List<Point> points = store.shadows().points(GoldenStore.GOLDEN);

    assertThat(points)
        .extracting(point -> point.id() + " " + point.content() + " " + point.files())
        .containsExactly("golden@2 " + second + " 304", "golden@1 " + first + " 305");
    points.forEach(point -> store.restorer().verify(point.id(), Progress.NONE));
  }

  /// What a later program writes beside old points doesn't hurt them.
  @ParameterizedTest
  @ValueSource(strings = {"v2-prefix", "v2-prefix-encrypted"})
  void anOldStoreTakesNewPoints(String version) throws Exception {
    StoreFixture store = fixture(new GoldenStore(version));
    bucket.put("data/new", "of today", PrefixFixture.attributes("text/plain", Map.of(), Map.of()));

    Point point = store.capture(GoldenStoresMaker.request(PLACE));

    assertThat(point.id()).isEqualTo(GoldenStore.point(3));
    store.store().restorer().verify(GoldenStore.point(1), Progress.NONE);
    store.store().restorer().verify(point.id(), Progress.NONE);
  }
}
