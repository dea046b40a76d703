package dev.gnomon.verification.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// An empty store, opened before each test and closed after it, and what its tests have in common.
abstract class OpenedStore {
  static final int RACERS = 16;
  static final int PUTTERS = 4;
  static final int PAGE = 1000;
  static final Duration CLOCK_GRAIN = Duration.ofSeconds(2);

  ObjectStore store;

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

  static ObjectName name(String name) {
    return new ObjectName(name);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] random(int size, int seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  Optional<String> text(String name) {
    return content(name(name)).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  Optional<byte[]> content(ObjectName name) {
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

  List<String> walk(String prefix, int limit) {
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

  static List<String> namesOf(ObjectPage page) {
    return strings(page.objects().stream().map(ObjectStat::name).toList());
  }

  static List<String> strings(List<ObjectName> names) {
    return names.stream().map(ObjectName::value).toList();
  }

  static <T> void inParallel(List<T> items, Consumer<T> action) throws Exception {
    try (ExecutorService workers = Executors.newFixedThreadPool(RACERS)) {
      List<Callable<Object>> calls = new ArrayList<>();
      items.forEach(item -> calls.add(Executors.callable(() -> action.accept(item))));
      for (Future<Object> done : workers.invokeAll(calls)) {
        done.get();
      }
    }
  }
}
