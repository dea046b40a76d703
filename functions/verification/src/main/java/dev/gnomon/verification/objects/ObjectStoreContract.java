package dev.gnomon.verification.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What every [ObjectStore] must do. A test class of each adapter extends this and opens an empty
/// store; a store that is [AutoCloseable] is closed after each test.
public abstract class ObjectStoreContract extends ListContract {
  // create

  @Test
  void createdObjectIsReadBack() {
    Creation creation = store.create(name("a/b/c"), bytes("hello"));

    assertThat(creation).isInstanceOf(Creation.Created.class);
    assertThat(text("a/b/c")).contains("hello");
  }

  @Test
  void createOfATakenNameChangesNothing() {
    store.create(name("a"), bytes("first"));

    Creation creation = store.create(name("a"), bytes("second"));

    assertThat(creation).isInstanceOf(Creation.AlreadyExists.class);
    assertThat(text("a")).contains("first");
  }

  @Test
  void createOfANameThatWasPutChangesNothing() {
    store.put(name("a"), new ByteArrayInputStream(bytes("first")));

    Creation creation = store.create(name("a"), bytes("second"));

    assertThat(creation).isInstanceOf(Creation.AlreadyExists.class);
    assertThat(text("a")).contains("first");
  }

  @Test
  void createdContentIsACopy() {
    byte[] content = bytes("before");
    store.create(name("a"), content);

    Arrays.fill(content, (byte) 'x');

    assertThat(text("a")).contains("before");
  }

  @Test
  void emptyObjectsAreObjects() {
    store.create(name("created"), new byte[0]);
    store.put(name("put"), InputStream.nullInputStream());

    assertThat(text("created")).contains("");
    assertThat(text("put")).contains("");
    assertThat(store.stat(name("created"))).map(ObjectStat::sizeBytes).contains(0L);
    assertThat(store.create(name("created"), bytes("x")))
        .isInstanceOf(Creation.AlreadyExists.class);
  }

  @Test
  void oneOfManyRacingCreatorsWinsAndReadersSeeAllOrNothing() throws Exception {
    try (ExecutorService racers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < raceRounds(); round++) {
        ObjectName name = ObjectName.of("race", round, "x");
        CyclicBarrier start = new CyclicBarrier(RACERS + 1);
        List<Future<Creation>> answers = new ArrayList<>();
        for (int racer = 0; racer < RACERS; racer++) {
          byte[] content = new byte[64 * 1024];
          Arrays.fill(content, (byte) racer);
          answers.add(
              racers.submit(() -> {
                start.await();
                return store.create(name, content);
              }));
        }
        Future<Optional<byte[]>> seen =
            racers.submit(() -> {
              start.await();
              return content(name);
            });

        List<Integer> winners = new ArrayList<>();
        for (int racer = 0; racer < RACERS; racer++) {
          if (answers.get(racer).get() instanceof Creation.Created) {
            winners.add(racer);
          }
        }

        assertThat(winners).as("winners of round %d", round).hasSize(1);
        byte[] expected = new byte[64 * 1024];
        Arrays.fill(expected, winners.getFirst().byteValue());
        assertThat(content(name).orElseThrow()).isEqualTo(expected);
        seen.get().ifPresent(early -> assertThat(early).isEqualTo(expected));
      }
    }
  }

  @Test
  void siblingsOfAFreshDirectoryCanBeCreatedAndDeletedAtOnce() throws Exception {
    try (ExecutorService racers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Creation>> creations = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        ObjectName kept = ObjectName.of("dir/sub", "kept-" + i);
        ObjectName gone = ObjectName.of("dir/sub", "gone-" + i);
        creations.add(() -> {
          store.create(gone, bytes("x"));
          store.delete(List.of(gone));
          return store.create(kept, bytes("x"));
        });
      }
      for (Future<Creation> creation : racers.invokeAll(creations)) {
        assertThat(creation.get()).isInstanceOf(Creation.Created.class);
      }
    }
    assertThat(walk("dir/", PAGE)).hasSize(200).allMatch(n -> n.startsWith("dir/sub/kept-"));
  }

  // read and stat

  @Test
  void absentObjectsAreEmptyAnswers() {
    store.create(name("a/b"), bytes("x"));

    assertThat(store.read(name("a"), ByteRange.ALL)).isEmpty();
    assertThat(store.stat(name("a"))).isEmpty();
    assertThat(store.read(name("nothing/here"), new ByteRange(3, 4))).isEmpty();
    assertThat(store.stat(name("nothing/here"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0",
    "0, 10, 0123456789",
    "0, 11, 0123456789",
    "3, 4, 3456",
    "9, 1, 9",
    "9, 5, 9",
    "4, 9223372036854775807, 456789",
    "0, 9223372036854775807, 0123456789"
  })
  void rangesGiveTheirBytes(long offset, long length, String expected) throws IOException {
    store.create(name("a"), bytes("0123456789"));

    try (InputStream in = store.read(name("a"), new ByteRange(offset, length)).orElseThrow()) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"10, 1", "11, 1", "10, 9223372036854775807", "5000000000, 7"})
  void rangesFromTheEndOnAreEmptyStreams(long offset, long length) throws IOException {
    store.create(name("a"), bytes("0123456789"));

    try (InputStream in = store.read(name("a"), new ByteRange(offset, length)).orElseThrow()) {
      assertThat(in.readAllBytes()).isEmpty();
    }
  }

  @Test
  void rangesOfAnEmptyObjectAreEmptyStreams() throws IOException {
    store.create(name("a"), new byte[0]);

    for (ByteRange range : List.of(ByteRange.ALL, new ByteRange(0, 1), new ByteRange(5, 5))) {
      try (InputStream in = store.read(name("a"), range).orElseThrow()) {
        assertThat(in.readAllBytes()).isEmpty();
      }
    }
  }

  @Test
  void streamsMayBeClosedEarly() throws IOException {
    byte[] big = random(4 * 1024 * 1024, 7);
    store.create(name("big"), big);

    for (int i = 0; i < 50; i++) {
      try (InputStream in = store.read(name("big"), ByteRange.ALL).orElseThrow()) {
        assertThat(in.read()).isEqualTo(big[0] & 0xff);
      }
    }

    assertThat(content(name("big")).orElseThrow()).isEqualTo(big);
  }

  @Test
  void statTellsSizeAndTimeByTheStoresClock() {
    Instant before = store.time();
    store.create(name("a"), bytes("12345"));
    Instant after = store.time();

    ObjectStat stat = store.stat(name("a")).orElseThrow();

    assertThat(stat.name()).isEqualTo(name("a"));
    assertThat(stat.sizeBytes()).isEqualTo(5);
    assertThat(stat.modified()).isBetween(before.minus(CLOCK_GRAIN), after.plus(CLOCK_GRAIN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A-Z_a.z@0=9+x",
        "...",
        "..a/.b",
        ".hidden/x",
        "-",
        "=",
        "+/+",
        "x@7/y=z",
        "00000000000000000001",
        "a..b/c",
        "CON",
        "lost+found/x"
      })
  void oddNamesAreKept(String odd) {
    assertThat(store.create(name(odd), bytes(odd))).isInstanceOf(Creation.Created.class);

    assertThat(text(odd)).contains(odd);
    assertThat(walk("", PAGE)).containsExactly(odd);
    store.delete(List.of(name(odd)));
    assertThat(store.stat(name(odd))).isEmpty();
  }

  @Test
  void longNamesAreKept() {
    String segment = "s".repeat(ObjectName.MAX_SEGMENT_LENGTH);
    String longest = (segment + "/").repeat(3) + "x".repeat(700 - 3 * (segment.length() + 1));

    store.create(name(longest), bytes("x"));

    assertThat(walk("", PAGE)).containsExactly(longest);
    assertThat(text(longest)).contains("x");
  }

  // delete

  @Test
  void deletedObjectsAreGoneAndAbsentOnesAreFine() {
    store.create(name("d/a"), bytes("x"));
    store.create(name("d/b/c"), bytes("x"));
    store.create(name("d/kept"), bytes("x"));

    store.delete(List.of(name("d/a"), name("d/b/c"), name("d/never"), name("no/where/x")));
    store.delete(List.of(name("d/a")));
    store.delete(List.of());

    assertThat(walk("", PAGE)).containsExactly("d/kept");
    assertThat(store.read(name("d/a"), ByteRange.ALL)).isEmpty();
  }

  @Test
  void deletingADirectoryOfObjectsByItsNameDeletesNothing() {
    store.create(name("d/a"), bytes("x"));

    store.delete(List.of(name("d")));

    assertThat(walk("", PAGE)).containsExactly("d/a");
  }

  @Test
  void aDeletedNameIsFreeAgain() {
    store.create(name("d/a"), bytes("1"));
    store.delete(List.of(name("d/a")));

    assertThat(store.create(name("d/a"), bytes("2"))).isInstanceOf(Creation.Created.class);
    assertThat(text("d/a")).contains("2");
  }

  @Test
  void theStoresClockGoesForward() {
    Instant first = store.time();
    Instant second = store.time();

    assertThat(second).isAfterOrEqualTo(first);
  }
}
