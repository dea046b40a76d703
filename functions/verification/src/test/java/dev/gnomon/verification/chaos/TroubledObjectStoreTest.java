package dev.gnomon.verification.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.chaos.Trouble;
import dev.gnomon.core.chaos.TroubledObjectStore;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.RetryingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import dev.gnomon.verification.objects.ObjectStoreContract;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TroubledObjectStoreTest {
  private static final CellName EAST = new CellName("east");
  private static final CellName WEST = new CellName("west");
  private static final ObjectName PACK = new ObjectName("store/packs/one");
  private static final ObjectName RECORD = new ObjectName("routes/site/1");
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final byte[] CONTENT = new byte[10_000];

  private final AtomicLong nanos = new AtomicLong();
  private final Injected injected = new Injected(nanos::get);
  private final InMemoryObjectStore memory =
      new InMemoryObjectStore(Clock.fixed(NOW, ZoneOffset.UTC));
  private final List<Duration> pauses = new ArrayList<>();
  private final ObjectStore store = troubled(EAST, memory);

  private ObjectStore troubled(CellName cell, ObjectStore behind) {
    return new TroubledObjectStore(cell, behind, injected, new Random(1), pauses::add);
  }

  private void suffer(Trouble trouble) {
    injected.renew("x", trouble, Duration.ofSeconds(5));
  }

  private static byte[] read(ObjectStore from, ObjectName name) throws IOException {
    try (InputStream in = from.read(name, ByteRange.ALL).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  @Nested
  class WithoutTrouble extends ObjectStoreContract {
    @Override
    protected ObjectStore openEmptyStore() {
      return troubled(EAST, new InMemoryObjectStore());
    }
  }

  @Nested
  class WithLatencyBeneathRetries extends ObjectStoreContract {
    @Override
    protected ObjectStore openEmptyStore() {
      suffer(new Trouble.Latency(EAST, Duration.ofMillis(1), 1));
      return new RetryingObjectStore(troubled(EAST, new InMemoryObjectStore()), Retries.none());
    }
  }

  @Test
  void troubleLapsesByItself() {
    store.create(RECORD, CONTENT);
    suffer(new Trouble.Partition(EAST));
    assertThatThrownBy(() -> store.stat(RECORD))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining("east")
        .hasMessageContaining("experiment x");

    nanos.addAndGet(Duration.ofSeconds(5).toNanos());

    assertThat(store.stat(RECORD)).isPresent();
  }

  @Test
  void anotherCellSuffersNothing() {
    suffer(new Trouble.Partition(EAST));
    assertThat(troubled(WEST, memory).stat(RECORD)).isEmpty();
    assertThat(injected.touched()).isZero();
  }

  @Test
  void latencyDelaysEveryCallOfItsShare() throws Exception {
    suffer(new Trouble.Latency(EAST, Duration.ofMillis(300), 1));
    store.create(PACK, CONTENT);
    assertThat(read(store, PACK)).isEqualTo(CONTENT);
    assertThat(pauses).containsOnly(Duration.ofMillis(300)).hasSize(2);
    assertThat(injected.touched()).isEqualTo(2);
  }

  @Test
  void corruptReadsChangeWhatIsReadAndNothingThatIsStored() throws Exception {
    suffer(new Trouble.CorruptReads(EAST, 1));
    store.put(PACK, new ByteArrayInputStream(CONTENT));
    store.create(RECORD, CONTENT);

    assertThat(read(store, PACK)).hasSize(CONTENT.length).isNotEqualTo(CONTENT);
    assertThat(read(store, RECORD)).as("records carry no hash").isEqualTo(CONTENT);
    assertThat(read(memory, PACK)).isEqualTo(CONTENT);
    injected.lift();
    assertThat(read(store, PACK)).isEqualTo(CONTENT);
  }

  @Test
  void aReadOfOneByteIsDamagedToo() throws Exception {
    memory.create(PACK, new byte[1]);
    suffer(new Trouble.CorruptReads(EAST, 1));
    assertThat(read(store, PACK)).isNotEqualTo(new byte[1]);
  }

  @Test
  void nothingThatHoldsDataIsDeletedWhileAnswersMayBeLies() {
    ObjectName replica = new ObjectName("serving/site/1");
    memory.create(PACK, CONTENT);
    memory.create(replica, CONTENT);
    memory.create(RECORD, CONTENT);
    for (Trouble lie :
        List.of(
            new Trouble.CorruptReads(EAST, 0.001),
            new Trouble.ClockSkew(EAST, Duration.ofMinutes(5)))) {
      suffer(lie);
      for (ObjectName name : List.of(PACK, replica)) {
        assertThatThrownBy(() -> store.delete(List.of(RECORD, name)))
            .isInstanceOfSatisfying(
                ObjectStoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TRANSIENT));
      }
      assertThat(memory.names()).containsExactlyInAnyOrder(PACK, replica, RECORD);
    }
    store.delete(List.of(RECORD));
    assertThat(memory.names()).doesNotContain(RECORD);
    injected.lift();
    assertThatThrownBy(() -> store.delete(List.of(PACK)))
        .as("it may have been decided before")
        .isInstanceOf(ObjectStoreException.class);
    nanos.addAndGet(Injected.DOUBT.toNanos());
    store.delete(List.of(PACK));
    assertThat(memory.names()).doesNotContain(PACK);
  }

  @Test
  void noPointGetsAWrongTimeAlsoIfItIsWrittenWhenTheClockIsRightAgain() {
    ObjectName point = new ObjectName("store/points/site/1");
    suffer(new Trouble.ClockSkew(EAST, Duration.ofMinutes(-5)));
    store.create(PACK, CONTENT);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> store.create(point, CONTENT))
          .isInstanceOfSatisfying(
              ObjectStoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TRANSIENT));
      injected.lift();
    }
    assertThat(troubled(WEST, memory).create(point, CONTENT)).isInstanceOf(Creation.Created.class);
    memory.delete(List.of(point));
    nanos.addAndGet(Injected.DOUBT.toNanos());

    store.create(point, CONTENT);

    assertThat(memory.names()).contains(point);
  }

  @Test
  void aSkewedClockIsWrongByThatMuch() {
    suffer(new Trouble.ClockSkew(EAST, Duration.ofMinutes(-5)));
    assertThat(store.time()).isEqualTo(NOW.minus(Duration.ofMinutes(5)));
  }

  @Test
  void aWriteThatFailsHadAnEffectOrNoneAndItsKindSaysWhichIsPossible() {
    suffer(new Trouble.Errors(EAST, 1));
    int unknown = 0;
    for (int i = 0; i < 50; i++) {
      ObjectName name = new ObjectName("a/" + i);
      try {
        store.create(name, CONTENT);
        throw new AssertionError("it did not fail");
      } catch (ObjectStoreException e) {
        assertThat(memory.stat(name).isPresent()).isEqualTo(e.kind() == Kind.OUTCOME_UNKNOWN);
        unknown += e.kind() == Kind.OUTCOME_UNKNOWN ? 1 : 0;
      }
    }
    assertThat(unknown).isBetween(10, 40);
    assertThatThrownBy(() -> store.list("", Optional.empty(), 1))
        .isInstanceOf(ObjectStoreException.class);
  }
}
