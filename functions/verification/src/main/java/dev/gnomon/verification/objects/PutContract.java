package dev.gnomon.verification.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What every [ObjectStore] must do with streams that are put.
abstract class PutContract extends OpenedStore {
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
