package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.BucketReader;
import dev.gnomon.core.prefix.BucketWriter;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Found;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.core.prefix.Written;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointDiff;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A prefix of a million objects, made up as they are listed: what a capture keeps in memory does
/// not grow with them.
@Tag("long")
class ManyObjectsTest {
  private static final int OBJECTS = 1_000_000;
  private static final int LOOK_EVERY = 100_000;

  /// A pack that is filled, pieces under way, nodes of a few levels.
  private static final long MAX_GROWTH_BYTES = 64L << 20;

  private static final S3Prefix PLACE = S3Prefix.of("s3+http://host/bucket/many");
  private static final Instant WRITTEN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Attributes ATTRIBUTES =
      new Attributes(
          new TreeMap<>(Map.of("content-type", "application/json")),
          new TreeMap<>(Map.of("owner", "shop")),
          new TreeMap<>());

  private final Set<Integer> changed = new HashSet<>();
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final List<Long> heaps = new ArrayList<>();

  /// Heap in use without what lies in the store, which is in memory here.
  private long ownHeap() {
    System.gc();
    long stored =
        objects.names().stream()
            .mapToLong(name -> objects.stat(name).orElseThrow().sizeBytes())
            .sum();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory() - stored;
  }

  private String version(int number) {
    return "version-%d-%s".formatted(number, changed.contains(number) ? "new" : "old");
  }

  private String etag(int number) {
    return "%032x".formatted(number * 31L + (changed.contains(number) ? 7 : 0));
  }

  private static String key(int number) {
    return "orders/%07d.json".formatted(number);
  }

  private static int number(String key) {
    return Integer.parseInt(key.substring(7, 14));
  }

  private final class Reader implements BucketReader {
    @Override
    public Versioning versioning() {
      return Versioning.ENABLED;
    }

    @Override
    public Listed.Page list(String from, Optional<String> next, boolean versions) {
      int first = next.map(Integer::parseInt).orElse(from.isEmpty() ? 0 : number(from));
      int end = Math.min(OBJECTS, first + 1000);
      if (first % LOOK_EVERY == 0) {
        heaps.add(ownHeap());
      }
      List<Listed> page = new ArrayList<>(1000);
      for (int i = first; i < end; i++) {
        page.add(
            new Listed(
                key(i), 1000 + i % 100, etag(i), WRITTEN, versions ? version(i) : "", false));
      }
      return new Listed.Page(
          page,
          end == OBJECTS ? Optional.empty() : Optional.of(String.valueOf(end)),
          WRITTEN.plus(Duration.ofDays(1)));
    }

    @Override
    public KeyVersion.Page history(Optional<String> next) {
      throw new AssertionError("a point needs the newest versions only");
    }

    @Override
    public Optional<Found> look(String key, Optional<String> version) {
      int number = number(key);
      return Optional.of(
          new Found(1000 + number % 100, etag(number), WRITTEN, version(number), ATTRIBUTES));
    }

    @Override
    public Optional<Body> read(String key, Optional<String> version) {
      throw new AssertionError("versions need no bytes");
    }

    @Override
    public Optional<String> obstacle(String key) {
      return Optional.empty();
    }
  }

  private static final BucketWriter NEVER =
      new BucketWriter() {
        @Override
        public Written put(
            String key, Attributes attributes, long size, Supplier<InputStream> content) {
          throw new AssertionError(key);
        }

        @Override
        public Optional<Written> copy(String key, S3Prefix from, String fromKey, String version) {
          throw new AssertionError(key);
        }

        @Override
        public void delete(List<String> keys) {
          throw new AssertionError(keys);
        }

        @Override
        public void tag(String key, SortedMap<String, String> tags) {
          throw new AssertionError(key);
        }
      };

  private StoreFixture store() {
    PrefixSpec spec =
        new PrefixSpec(Optional.empty(), Optional.empty(), Versions.USE, false, Optional.empty());
    return new StoreFixture(
        ShadowStores.open(
            objects,
            StoreSettings.DEFAULT,
            place -> new Bucket(place, new Reader(), NEVER, spec, Long.MAX_VALUE)));
  }

  private Point capture(String what) {
    long start = System.nanoTime();
    Point point =
        store()
            .capture(
                new CaptureRequest(
                    UUID.randomUUID().toString(),
                    StoreFixture.SITE,
                    PLACE,
                    PointKind.COMMAND,
                    Optional.empty(),
                    List.of(),
                    OnChange.RETRY,
                    Long.MAX_VALUE));
    System.out.printf(
        "ManyObjectsTest: %s: %.1f s, %d KiB stored, heap %d MiB%n",
        what,
        (System.nanoTime() - start) / 1e9,
        point.storedBytes() >> 10,
        (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
    return point;
  }

  @Test
  void pointsOfAMillionObjectsCostWhatChanged() {
    Point first = capture("first capture of a million objects");
    for (int i = 0; i < 100; i++) {
      changed.add(i * 9_999 + 17);
    }
    Point second = capture("capture after 100 changed");
    long start = System.nanoTime();

    PointDiff diff = store().store().shadows().diff(first.id(), second.id());

    System.out.printf("ManyObjectsTest: diff: %.2f s%n", (System.nanoTime() - start) / 1e9);
    assertThat(first.files()).isEqualTo(OBJECTS);
    assertThat(diff.changed())
        .containsExactlyElementsOf(changed.stream().sorted().map(ManyObjectsTest::key).toList());
    assertThat(second.storedBytes()).isLessThan(first.storedBytes() / 5);
    long least = heaps.stream().mapToLong(Long::longValue).min().orElseThrow();
    long most = heaps.stream().mapToLong(Long::longValue).max().orElseThrow();
    System.out.printf(
        "ManyObjectsTest: %d looks at the heap, %d to %d KiB beside the store%n",
        heaps.size(), least >> 10, most >> 10);
    assertThat(heaps).hasSizeGreaterThan(2 * OBJECTS / LOOK_EVERY);
    assertThat(most - least).isLessThan(MAX_GROWTH_BYTES);
  }
}
