package dev.gnomon.verification.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.Retries.Limits;
import dev.gnomon.core.objects.RetryingObjectStore;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RetryingObjectStoreTest {
  private static final ObjectName NAME = new ObjectName("a/b");

  private final InMemoryObjectStore memory = new InMemoryObjectStore();
  private final FaultInjectingObjectStore faults = new FaultInjectingObjectStore(memory);
  private final RetryingObjectStore store = new RetryingObjectStore(faults, atOnce());

  private static Retries atOnce() {
    return new Retries(Limits.STANDARD, pause -> {}, new Random(1), System::nanoTime);
  }

  @Nested
  class WithoutFaults extends ObjectStoreContract {
    @Override
    protected ObjectStore openEmptyStore() {
      return new RetryingObjectStore(new InMemoryObjectStore(), atOnce());
    }
  }

  @Test
  void createIsRepeatedAfterATransientFault() {
    faults.failBefore(Operation.CREATE, 1, Kind.TRANSIENT);

    assertThat(store.create(NAME, new byte[1])).isInstanceOf(Creation.Created.class);
    assertThat(faults.calls(Operation.CREATE)).isEqualTo(2);
  }

  @Test
  void createOfUnknownOutcomeIsLeftToTheCaller() {
    faults.failAfter(Operation.CREATE, 1, Kind.OUTCOME_UNKNOWN);

    assertThatThrownBy(() -> store.create(NAME, new byte[1]))
        .extracting(e -> ((ObjectStoreException) e).kind())
        .isEqualTo(Kind.OUTCOME_UNKNOWN);
    assertThat(faults.calls(Operation.CREATE)).isEqualTo(1);
  }

  @Test
  void putIsNeverRepeatedForItsStreamIsConsumed() {
    faults.failBefore(Operation.PUT, 1, Kind.TRANSIENT);

    assertThatThrownBy(() -> store.put(NAME, InputStream.nullInputStream()))
        .isInstanceOf(ObjectStoreException.class);
    assertThat(faults.calls(Operation.PUT)).isEqualTo(1);
  }

  @Test
  void readsListsStatsDeletesAndTheClockAreRepeated() {
    memory.create(NAME, new byte[] {7});
    for (Operation operation :
        List.of(Operation.READ, Operation.STAT, Operation.LIST, Operation.DELETE, Operation.TIME)) {
      faults.failBefore(operation, 1, Kind.TRANSIENT);
      faults.failAfter(operation, 2, Kind.OUTCOME_UNKNOWN);
    }

    assertThat(store.read(NAME, ByteRange.ALL)).isPresent();
    assertThat(store.stat(NAME)).isPresent();
    assertThat(store.list("", Optional.empty(), 10).objects()).hasSize(1);
    assertThat(store.time()).isNotNull();
    store.delete(List.of(NAME));

    assertThat(memory.names()).isEmpty();
    assertThat(faults.calls(Operation.READ)).isEqualTo(3);
    assertThat(faults.calls(Operation.DELETE)).isEqualTo(3);
  }

  @Test
  void aStreamThatBreaksGoesOnWhereItStopped() throws IOException {
    byte[] content = new byte[10_000];
    new Random(5).nextBytes(content);
    memory.put(NAME, new ByteArrayInputStream(content));
    faults.breakRead(1, 1234).breakRead(2, 0).breakRead(3, 5000);

    try (InputStream in = store.read(NAME, ByteRange.ALL).orElseThrow()) {
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
    assertThat(faults.calls(Operation.READ)).isEqualTo(4);
  }

  @Test
  void aRangeThatBreaksGoesOnInsideTheRange() throws IOException {
    byte[] content = new byte[10_000];
    new Random(6).nextBytes(content);
    memory.put(NAME, new ByteArrayInputStream(content));
    faults.breakRead(1, 10);

    try (InputStream in = store.read(NAME, new ByteRange(100, 50)).orElseThrow()) {
      assertThat(in.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(content, 100, 150));
    }
  }

  @Test
  void anObjectThatVanishesWhileItIsReadIsAFaultAndNotItsEnd() throws IOException {
    memory.put(NAME, new ByteArrayInputStream(new byte[100]));
    faults.breakRead(1, 10);
    try (InputStream in = store.read(NAME, ByteRange.ALL).orElseThrow()) {
      assertThat(in.readNBytes(10)).hasSize(10);
      memory.delete(List.of(NAME));

      assertThatThrownBy(in::read)
          .isInstanceOf(ObjectStoreException.class)
          .hasMessageContaining("vanished");
    }
  }

  @Test
  void aStoreThatStaysAwayIsATransientFault() {
    faults.goAway();

    assertThatThrownBy(() -> store.stat(NAME))
        .hasMessageContaining("given up after 8 attempts")
        .extracting(e -> ((ObjectStoreException) e).kind())
        .isEqualTo(Kind.TRANSIENT);
  }
}
