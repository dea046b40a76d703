package dev.gnomon.verification.buckets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Found;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.core.prefix.Written;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What every client of a bucket does with what others put there.
public abstract class BucketContract {

  /// A fresh prefix.
  protected abstract Bucket bucket();

  /// Keys that the server under test is known not to take.
  protected Set<String> refusedKeys() {
    return Set.of();
  }

  /// Whether the server keeps tags.
  protected boolean tags() {
    return true;
  }

  /// How far the time that the server tells may lie behind its clock.
  protected Duration lateTime() {
    return Duration.ZERO;
  }

  protected static Attributes attributes(
      Map<String, String> headers, Map<String, String> metadata, Map<String, String> tags) {
    return new Attributes(new TreeMap<>(headers), new TreeMap<>(metadata), new TreeMap<>(tags));
  }

  protected static Written put(Bucket bucket, String key, String content, Attributes attributes) {
    byte[] bytes = content.getBytes(UTF_8);
    return bucket
        .writer()
        .put(key, attributes, bytes.length, () -> new ByteArrayInputStream(bytes));
  }

  protected static Written put(Bucket bucket, String key, String content) {
    return put(bucket, key, content, Attributes.NONE);
  }

  protected static Optional<String> read(Bucket bucket, String key, Optional<String> version) {
    return bucket
        .reader()
        .read(key, version)
        .map(body -> {
          try (Body open = body) {
            return new String(open.content().readAllBytes(), UTF_8);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  protected static List<Listed> list(Bucket bucket, String from, boolean versions) {
    List<Listed> all = new ArrayList<>();
    Optional<String> next = Optional.empty();
    do {
      Listed.Page page = bucket.reader().list(from, next, versions);
      all.addAll(page.keys());
      next = page.next();
    } while (next.isPresent());
    return all;
  }

  protected static List<String> keys(List<Listed> listed) {
    return listed.stream().filter(one -> !one.deleted()).map(Listed::key).toList();
  }

  @Test
  void everythingThatAnObjectCarriesComesBack() {
    Bucket bucket = bucket();
    Attributes attributes =
        attributes(
            Map.of(
                "content-type", "application/xhtml+xml",
                "cache-control", "max-age=60, public",
                "content-disposition", "attachment; filename=\"a b.html\"",
                "content-encoding", "gzip",
                "content-language", "de"),
            Map.of("owner", "web team", "empty-of-sense", "x"),
            tags() ? Map.of("stage", "live", "a b", "c=d/e+f") : Map.of());
    put(bucket, "page", "not really gzip", attributes);

    Found found = bucket.reader().look("page", Optional.empty()).orElseThrow();

    assertThat(found.attributes()).isEqualTo(attributes);
    assertThat(found.size()).isEqualTo(15);
    assertThat(read(bucket, "page", Optional.empty())).contains("not really gzip");
  }

  @Test
  void listSaysWhatALookSays() {
    Bucket bucket = bucket();
    Written written = put(bucket, "object", "content");

    Listed listed = list(bucket, "", false).getFirst();
    Found found = bucket.reader().look("object", Optional.empty()).orElseThrow();

    assertThat(listed.size()).isEqualTo(7).isEqualTo(found.size());
    assertThat(listed.etag()).isEqualTo(found.etag()).isEqualTo(written.etag());
    assertThat(listed.modified().getEpochSecond()).isEqualTo(found.modified().getEpochSecond());
    assertThat(bucket.reader().list("", Optional.empty(), false).time())
        .isAfterOrEqualTo(found.modified().minus(lateTime()));
  }

  @Test
  void whatIsNotThereIsEmpty() {
    Bucket bucket = bucket();

    assertThat(bucket.reader().look("absent", Optional.empty())).isEmpty();
    assertThat(bucket.reader().read("absent", Optional.empty())).isEmpty();
    assertThat(list(bucket, "", false)).isEmpty();
  }

  @Test
  void keysAreListedInTheOrderOfTheirBytesPageByPage() {
    Bucket bucket = bucket();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 1203; i++) {
      keys.add("k%04d".formatted(i));
    }
    keys.parallelStream().forEach(key -> put(bucket, key, ""));

    assertThat(keys(list(bucket, "", false))).isEqualTo(keys);
    assertThat(keys(list(bucket, "k1100", false)))
        .containsAll(keys.subList(1100, 1203))
        .doesNotContain("k0500");
  }

  @Test
  void oddKeysAreKept() {
    Bucket bucket = bucket();
    List<String> keys =
        new ArrayList<>(
            List.of(
                "a",
                "b/c",
                "with space",
                "pro%41cent",
                "plus+sign",
                "ä/ö",
                "\uD83D\uDE00",
                "?&=#;,$@!*'()",
                "back\\slash",
                "\"quoted\"",
                "<xml>&amp;",
                "trailing/",
                "a//b",
                "control\u0001\u001f",
                "line\nfeed",
                "\u007f",
                "~tilde",
                "x".repeat(900),
                "dot.",
                "...",
                "\uFFFD",
                "\uE000"));
    keys.removeAll(refusedKeys());
    keys.sort((a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8)));
    keys.forEach(key -> put(bucket, key, "of " + key));

    assertThat(keys(list(bucket, "", false))).isEqualTo(keys);
    assertThat(keys)
        .allSatisfy(key -> assertThat(read(bucket, key, Optional.empty())).contains("of " + key));
    bucket.writer().delete(keys);
    assertThat(keys(list(bucket, "", false))).isEmpty();
  }

  @Test
  void keysThatCannotBeAskedForAreKnown() {
    Bucket bucket = bucket();

    assertThat(bucket.reader().obstacle("a/../b")).isPresent();
    assertThat(bucket.reader().obstacle("a/..b/.c")).isEmpty();
  }

  @Test
  void deletionMayBeRepeated() {
    Bucket bucket = bucket();
    put(bucket, "object", "content");

    bucket.writer().delete(List.of("object", "absent"));
    bucket.writer().delete(List.of("object"));

    assertThat(bucket.reader().look("object", Optional.empty())).isEmpty();
  }

  @Test
  void otherPrefixesAreNotTouched() {
    Bucket bucket = bucket();
    Bucket other = bucket();
    put(other, "object", "of others");
    put(bucket, "object", "ours");

    bucket.writer().delete(List.of("object"));

    assertThat(list(bucket, "", false)).isEmpty();
    assertThat(read(other, "object", Optional.empty())).contains("of others");
  }

  @Test
  void largeContentGoesInParts() {
    Bucket bucket = bucket();
    byte[] bytes = new byte[17 * 1024 * 1024 + 5];
    new Random(7).nextBytes(bytes);

    bucket
        .writer()
        .put(
            "large",
            attributes(Map.of("content-type", "application/x-large"), Map.of("k", "v"), Map.of()),
            bytes.length,
            () -> new ByteArrayInputStream(bytes));

    Found found = bucket.reader().look("large", Optional.empty()).orElseThrow();
    assertThat(found.size()).isEqualTo(bytes.length);
    assertThat(found.attributes().headers()).containsEntry("content-type", "application/x-large");
    assertThat(found.attributes().metadata()).containsEntry("k", "v");
    try (Body body = bucket.reader().read("large", Optional.empty()).orElseThrow()) {
      assertThat(Arrays.equals(body.content().readAllBytes(), bytes)).isTrue();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void tagsAreReplaced() {
    assumeTrue(tags(), "this server keeps no tags");
    Bucket bucket = bucket();
    put(bucket, "object", "content", attributes(Map.of(), Map.of(), Map.of("a", "1", "b", "2")));

    bucket.writer().tag("object", new TreeMap<>(Map.of("b", "3")));

    assertThat(tagsOf(bucket)).isEqualTo(Map.of("b", "3"));
    bucket.writer().tag("object", new TreeMap<>());
    assertThat(tagsOf(bucket)).isEmpty();
  }

  private static Map<String, String> tagsOf(Bucket bucket) {
    return bucket.reader().look("object", Optional.empty()).orElseThrow().attributes().tags();
  }

  // ---- versions

  private Bucket versioned() {
    Bucket bucket = bucket();
    assumeTrue(bucket.reader().versioning() == Versioning.ENABLED, "this bucket keeps no versions");
    return bucket;
  }

  @Test
  void versionBecomesCurrentAgainWithAllThatItCarried() {
    Bucket bucket = versioned();
    Attributes attributes =
        attributes(Map.of("content-type", "text/good"), Map.of("by", "me"), Map.of("t", "1"));
    Written good = put(bucket, "object", "good", attributes);
    put(
        bucket,
        "object",
        "bad",
        attributes(Map.of("content-type", "text/bad"), Map.of(), Map.of()));

    Written again =
        bucket.writer().copy("object", bucket.place(), "object", good.version()).orElseThrow();

    assertThat(again.version()).isNotEmpty().isNotEqualTo(good.version());
    assertThat(again.etag()).isEqualTo(good.etag());
    assertThat(read(bucket, "object", Optional.empty())).contains("good");
    assertThat(bucket.reader().look("object", Optional.empty()).orElseThrow().attributes())
        .isEqualTo(attributes);
  }

  @Test
  void versionOfADeletedObjectComesBack() {
    Bucket bucket = versioned();
    Written good = put(bucket, "object", "good");
    bucket.writer().delete(List.of("object"));

    assertThat(bucket.writer().copy("object", bucket.place(), "object", good.version()))
        .isPresent();

    assertThat(read(bucket, "object", Optional.empty())).contains("good");
    assertThat(read(bucket, "object", Optional.of(good.version()))).contains("good");
  }

  @Test
  void versionThatIsNotThereIsEmpty() {
    Bucket bucket = versioned();
    Written other = put(bucket, "other", "x");
    put(bucket, "object", "x");

    assertThat(bucket.reader().look("object", Optional.of(other.version()))).isEmpty();
    assertThat(bucket.reader().read("object", Optional.of(other.version()))).isEmpty();
    assertThat(bucket.writer().copy("object", bucket.place(), "object", other.version())).isEmpty();
  }

  @Test
  void listOfVersionsTellsTheNewestOfEachKeyAndWhatWasDeleted() {
    Bucket bucket = versioned();
    put(bucket, "a", "1");
    Written a = put(bucket, "a", "2");
    put(bucket, "b", "1");
    bucket.writer().delete(List.of("b"));
    Written c = put(bucket, "c", "1");

    List<Listed> listed = list(bucket, "", true);

    assertThat(listed).extracting(Listed::key).containsExactly("a", "b", "c");
    assertThat(listed).extracting(Listed::deleted).containsExactly(false, true, false);
    assertThat(listed.get(0).version()).isEqualTo(a.version());
    assertThat(listed.get(2).version()).isEqualTo(c.version());
    assertThat(listed.get(1).version()).isNotEmpty();
  }

  @Test
  void versionsAreListedPageByPage() {
    Bucket bucket = versioned();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 420; i++) {
      keys.add("k%04d".formatted(i));
    }
    keys.parallelStream()
        .forEach(key -> {
          put(bucket, key, "1");
          put(bucket, key, "2");
          put(bucket, key, "3");
        });

    assertThat(keys(list(bucket, "", true))).isEqualTo(keys);
    assertThat(keys(list(bucket, "k0400", true)))
        .containsAll(keys.subList(400, 420))
        .doesNotContain("k0100");
  }

  private static List<KeyVersion> history(Bucket bucket) {
    List<KeyVersion> all = new ArrayList<>();
    Optional<String> next = Optional.empty();
    do {
      KeyVersion.Page page = bucket.reader().history(next);
      all.addAll(page.versions());
      next = page.next();
    } while (next.isPresent());
    return all;
  }

  @Test
  void everyVersionIsListedTheNewestFirstOfEachKey() {
    Bucket bucket = versioned();
    String first = put(bucket, "a b+ä", "1").version();
    bucket.writer().delete(List.of("a b+ä"));
    String second = put(bucket, "a b+ä", "22").version();
    String third = put(bucket, "a b+ä", "333").version();
    bucket.writer().delete(List.of("a b+ä"));
    put(bucket, "b", "1");

    List<KeyVersion> listed = history(bucket);

    assertThat(listed)
        .extracting(KeyVersion::key)
        .containsExactly("a b+ä", "a b+ä", "a b+ä", "a b+ä", "a b+ä", "b");
    assertThat(listed)
        .extracting(KeyVersion::deleted)
        .containsExactly(true, false, false, true, false, false);
    assertThat(listed.get(1).version()).isEqualTo(third);
    assertThat(listed.get(2).version()).isEqualTo(second);
    assertThat(listed.get(4).version()).isEqualTo(first);
    assertThat(listed).extracting(KeyVersion::size).containsExactly(0L, 3L, 2L, 0L, 1L, 1L);
    Found found = bucket.reader().look("a b+ä", Optional.of(third)).orElseThrow();
    assertThat(listed.get(1).etag()).isEqualTo(found.etag());
    assertThat(listed.get(1).modified().getEpochSecond())
        .isEqualTo(found.modified().getEpochSecond());
    assertThat(bucket.reader().history(Optional.empty()).time().getEpochSecond())
        .isGreaterThanOrEqualTo(listed.getFirst().modified().getEpochSecond());
  }

  @Test
  void everyVersionIsListedPageByPage() {
    Bucket bucket = versioned();
    List<String> written = new ArrayList<>();
    for (int i = 0; i < 1100; i++) {
      written.addFirst(put(bucket, "one", String.valueOf(i)).version());
    }
    put(bucket, "two", "2");

    assertThat(history(bucket).stream().filter(one -> one.key().equals("one")))
        .extracting(KeyVersion::version)
        .isEqualTo(written);
    assertThat(history(bucket)).hasSize(1101);
  }

  protected static S3Prefix below(S3Prefix place, String segment) {
    return new S3Prefix(place.endpoint(), place.bucket(), place.prefix() + segment + "/");
  }
}
