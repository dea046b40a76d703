package dev.gnomon.verification.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What every [ObjectStore] must do. A test class of each adapter extends this and opens an empty
/// store; a store that is [AutoCloseable] is closed after each test.
public abstract class ObjectStoreContract {
  private static final int RACERS = 16;
  private static final int PUTTERS = 4;
  private static final int PAGE = 1000;
  private static final Duration CLOCK_GRAIN = Duration.ofSeconds(2);

  private ObjectStore store;

  /// Opens a store that holds nothing.
  protected abstract ObjectStore openEmptyStore() throws Exception;

  /// Size of one part of a streaming put: streams below, at and above it are tried.
  protected int partBytes() {
    return 5 * 1024 * 1024;
  }

  /// Rounds of the create race.
  protected int raceRounds() {
    return 20;
  }

  @BeforeEach
  void open() throws Exception {
    store = openEmptyStore();
  }

  @AfterEach
  void close() throws Exception {
    if (store instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }

  /// The store under test, for tests that an adapter adds.
  protected final ObjectStore store() {
    return store;
  }

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

  // put

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, 12345})
  void streamsOfUnknownLengthAreStoredWhole(int fromOnePart) {
    int size = fromOnePart == Integer.MIN_VALUE ? 1 : partBytes() + fromOnePart;
    byte[] content = random(size, fromOnePart);

    long stored = store.put(name("p/stream"), dribbling(content));

    assertThat(stored).isEqualTo(size);
    assertThat(content(name("p/stream")).orElseThrow()).isEqualTo(content);
    assertThat(store.stat(name("p/stream"))).map(ObjectStat::sizeBytes).contains((long) size);
  }

  @Test
  void streamsOfSeveralPartsAreStoredWholeAndReadByRange() throws IOException {
    byte[] content = random(3 * partBytes() + 77, 3);

    long stored = store.put(name("p/parts"), new ByteArrayInputStream(content));

    assertThat(stored).isEqualTo(content.length);
    int from = partBytes() - 10;
    try (InputStream in = store.read(name("p/parts"), new ByteRange(from, 20)).orElseThrow()) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, from, from + 20));
    }
    assertThat(content(name("p/parts")).orElseThrow()).isEqualTo(content);
  }

  /// In one part and in two, over what was created and what was put.
  @ParameterizedTest
  @CsvSource({"0, 3", "3, 0", "3, 3", "3, 1000000", "1, 0"})
  void putOfATakenNameChangesNothingAndSaysSo(int there, int over) {
    byte[] first = random(there, 1);
    store.put(name("p/put"), new ByteArrayInputStream(first));
    store.create(name("p/created"), first);

    for (int size : List.of(over, partBytes() + over)) {
      for (String taken : List.of("p/put", "p/created")) {
        byte[] other = random(size, 2);
        assertThatThrownBy(() -> store.put(name(taken), dribbling(other)))
            .hasMessageContaining("'" + taken + "'")
            .hasMessageContaining("expected a free name for " + size + " bytes")
            .hasMessageContaining("found an object of " + there + " bytes")
            .isInstanceOfSatisfying(
                ObjectStoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PERMANENT));
        assertThat(content(name(taken)).orElseThrow()).isEqualTo(first);
      }
    }
  }

  @Test
  void putOfATakenNameOfTheSameLengthChangesNothing() {
    byte[] first = random(partBytes() + 5, 1);
    byte[] other = first.clone();
    other[partBytes() + 1] ^= 1;
    store.put(name("p/put"), new ByteArrayInputStream(first));

    assertThatThrownBy(() -> store.put(name("p/put"), new ByteArrayInputStream(other)))
        .hasMessageContaining("expected a free name");

    assertThat(content(name("p/put")).orElseThrow()).isEqualTo(first);
  }

  /// Who put it could not know: the answer was lost.
  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, 0, 1})
  void putOfWhatTheNameHoldsIsStored(int fromOnePart) {
    byte[] content = random(fromOnePart == Integer.MIN_VALUE ? 3 : partBytes() + fromOnePart, 4);
    store.put(name("p/again"), new ByteArrayInputStream(content));

    long stored = store.put(name("p/again"), dribbling(content));

    assertThat(stored).isEqualTo(content.length);
    assertThat(content(name("p/again")).orElseThrow()).isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneOfManyRacingPutsWinsAndTheOthersAreFaults(boolean parts) throws Exception {
    int size = parts ? partBytes() + 1 : 64 * 1024;
    try (ExecutorService racers = Executors.newVirtualThreadPerTaskExecutor()) {
      CyclicBarrier start = new CyclicBarrier(PUTTERS);
      List<Future<Long>> answers = new ArrayList<>();
      for (int racer = 0; racer < PUTTERS; racer++) {
        byte[] content = new byte[size];
        Arrays.fill(content, (byte) racer);
        answers.add(
            racers.submit(() -> {
              start.await();
              return store.put(name("race/put"), new ByteArrayInputStream(content));
            }));
      }

      List<Integer> winners = new ArrayList<>();
      for (int racer = 0; racer < PUTTERS; racer++) {
        try {
          answers.get(racer).get();
          winners.add(racer);
        } catch (ExecutionException e) {
          assertThat(e.getCause())
              .isInstanceOf(ObjectStoreException.class)
              .hasMessageContaining("expected a free name");
        }
      }

      assertThat(winners).hasSize(1);
      assertThat(content(name("race/put")).orElseThrow())
          .hasSize(size)
          .containsOnly(winners.getFirst());
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1.5})
  void putWhoseSourceFailsLeavesNothing(double parts) {
    InputStream failing = failingAfter((long) (parts * partBytes()));

    assertThatThrownBy(() -> store.put(name("p/failed"), failing))
        .isInstanceOf(UncheckedIOException.class)
        .hasRootCauseMessage("source failed");

    assertThat(store.read(name("p/failed"), ByteRange.ALL)).isEmpty();
    assertThat(walk("", PAGE)).isEmpty();
  }

  // list

  @Test
  void listsAreInByteOrderWhateverTheDirectories() {
    List<String> names =
        List.of("a+b", "a-b/x", "a.b", "a/b/c", "a/b0", "a0", "aB", "a_", "ab/1", "B", "Z/z", "b");
    names.forEach(n -> store.create(name(n), bytes(n)));

    for (int limit : List.of(1, 2, 5, PAGE)) {
      assertThat(walk("", limit))
          .as("pages of %d", limit)
          .containsExactlyElementsOf(names.stream().sorted().toList());
    }
  }

  @Test
  void listsTakeAnyPrefix() {
    List.of("ab/1", "ab/2/x", "ab/20", "abc", "ab-1", "b/ab/1")
        .forEach(n -> store.create(name(n), bytes(n)));

    assertThat(walk("ab/", 2)).containsExactly("ab/1", "ab/2/x", "ab/20");
    assertThat(walk("ab/2", 2)).containsExactly("ab/2/x", "ab/20");
    assertThat(walk("ab", 2)).containsExactly("ab-1", "ab/1", "ab/2/x", "ab/20", "abc");
    assertThat(walk("abc", 2)).containsExactly("abc");
    assertThat(walk("ab/1/", 2)).isEmpty();
    assertThat(walk("no/such/thing", 2)).isEmpty();
    assertThat(walk("../", 2)).isEmpty();
  }

  @Test
  void listsStartAfterAnyName() {
    List.of("d/a", "d/b/x", "d/b/y", "d/c").forEach(n -> store.create(name(n), bytes(n)));

    assertThat(namesOf(store.list("d/", Optional.of(name("d/b")), PAGE)))
        .containsExactly("d/b/x", "d/b/y", "d/c");
    assertThat(namesOf(store.list("d/", Optional.of(name("d/b/x")), PAGE)))
        .containsExactly("d/b/y", "d/c");
    assertThat(namesOf(store.list("d/", Optional.of(name("d/b/zzz")), PAGE)))
        .containsExactly("d/c");
    assertThat(namesOf(store.list("d/", Optional.of(name("a")), PAGE))).hasSize(4);
    assertThat(namesOf(store.list("d/", Optional.of(name("z")), PAGE))).isEmpty();
  }

  @Test
  void listedObjectsCarryTheirSize() {
    store.create(name("l/three"), bytes("123"));
    store.put(name("l/zero"), InputStream.nullInputStream());

    ObjectPage page = store.list("l/", Optional.empty(), PAGE);

    assertThat(page.objects()).extracting(ObjectStat::sizeBytes).containsExactly(3L, 0L);
    assertThat(page.next()).isEmpty();
  }

  @Test
  void longListsComeInPagesAndLongDeletesWork() throws Exception {
    List<ObjectName> names =
        IntStream.range(0, 1103).mapToObj(i -> ObjectName.of("many", i % 7, i)).sorted().toList();
    inParallel(names, n -> store.create(n, bytes("x")));

    assertThat(walk("many/", PAGE)).containsExactlyElementsOf(strings(names));
    assertThat(walk("many/3/", 100)).allMatch(n -> n.startsWith("many/3/")).hasSize(158);
    store.delete(names);
    assertThat(walk("", PAGE)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1001})
  void pagesOfNoOrTooManyObjectsAreRefused(int limit) {
    assertThatThrownBy(() -> store.list("", Optional.empty(), limit))
        .isInstanceOf(IllegalArgumentException.class);
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

  // tools

  private static ObjectName name(String name) {
    return new ObjectName(name);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] random(int size, int seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private Optional<String> text(String name) {
    return content(name(name)).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private Optional<byte[]> content(ObjectName name) {
    return store
        .read(name, ByteRange.ALL)
        .map(stream -> {
          try (stream) {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private List<String> walk(String prefix, int limit) {
    List<String> names = new ArrayList<>();
    Optional<ObjectName> after = Optional.empty();
    do {
      ObjectPage page = store.list(prefix, after, limit);
      assertThat(page.objects()).hasSizeLessThanOrEqualTo(limit);
      names.addAll(namesOf(page));
      after = page.next();
    } while (after.isPresent());
    return names;
  }

  private static List<String> namesOf(ObjectPage page) {
    return strings(page.objects().stream().map(ObjectStat::name).toList());
  }

  private static List<String> strings(List<ObjectName> names) {
    return names.stream().map(ObjectName::value).toList();
  }

  private static <T> void inParallel(List<T> items, Consumer<T> action) throws Exception {
    try (ExecutorService workers = Executors.newFixedThreadPool(RACERS)) {
      List<Callable<Object>> calls = new ArrayList<>();
      items.forEach(item -> calls.add(Executors.callable(() -> action.accept(item))));
      for (Future<Object> done : workers.invokeAll(calls)) {
        done.get();
      }
    }
  }

  /// A stream that gives few bytes at a time and never says how many are left.
  private static InputStream dribbling(byte[] content) {
    return new ByteArrayInputStream(content) {
      @Override
      public synchronized int read(byte[] buffer, int offset, int length) {
        return super.read(buffer, offset, Math.min(length, 7919));
      }

      @Override
      public synchronized int available() {
        return 0;
      }
    };
  }

  private static InputStream failingAfter(long bytes) {
    return new InputStream() {
      private long left = bytes;

      @Override
      public int read() throws IOException {
        if (left-- <= 0) {
          throw new IOException("source failed");
        }
        return 'x';
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        if (left <= 0) {
          throw new IOException("source failed");
        }
        int count = (int) Math.min(left, length);
        Arrays.fill(buffer, offset, offset + count, (byte) 'x');
        left -= count;
        return count;
      }
    };
  }
}
