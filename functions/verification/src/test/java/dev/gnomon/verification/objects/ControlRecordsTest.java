package dev.gnomon.verification.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlRecordsTest {
  private static final ObjectName NAME = new ObjectName("routes/site/1");
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  record Step(String what, int number) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "end")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = End.Serving.class, name = "serving"),
    @JsonSubTypes.Type(value = End.Failed.class, name = "failed")
  })
  sealed interface End {
    record Serving(int epoch) implements End {}

    record Failed(String reason) implements End {}
  }

  private final InMemoryObjectStore memory =
      new InMemoryObjectStore(Clock.fixed(NOW, ZoneOffset.UTC));
  private final FaultInjectingObjectStore faults = new FaultInjectingObjectStore(memory);
  private final AtomicInteger attempts = new AtomicInteger();
  private final List<Duration> pauses = new ArrayList<>();
  private final ControlRecords records = records(faults);

  private ControlRecords records(ObjectStore store) {
    return new ControlRecords(store, () -> "attempt-" + attempts.incrementAndGet(), pauses::add);
  }

  private static Kind kindOf(ThrowingCallable call) {
    try {
      call.call();
    } catch (ObjectStoreException e) {
      return e.kind();
    } catch (Throwable e) {
      throw new AssertionError("not a fault of a store", e);
    }
    throw new AssertionError("no fault");
  }

  @Test
  void aFreeNameIsCreatedAndReadBack() {
    Outcome<Step> outcome = records.create(NAME, new Step("fence", 1));

    assertThat(outcome).isEqualTo(new Outcome.Created<>(new Step("fence", 1)));
    assertThat(records.read(NAME, Step.class)).contains(new Step("fence", 1));
    assertThat(records.exists(NAME)).isTrue();
  }

  @Test
  void theStoredFormHoldsTheAttemptAndTheStoresTime() throws Exception {
    records.create(NAME, new Step("fence", 1));

    String stored =
        new String(
            memory.read(NAME, ByteRange.ALL).orElseThrow().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(stored)
        .isEqualTo(
            "{\"attempt\":\"attempt-1\",\"time\":\"2026-11-21T10:00:00Z\","
                + "\"record\":{\"what\":\"fence\",\"number\":1}}");
  }

  @Test
  void aTakenNameGivesTheRecordThatStands() {
    records.create(NAME, new Step("first", 1));

    Outcome<Step> outcome = records.create(NAME, new Step("second", 2));

    assertThat(outcome).isEqualTo(new Outcome.Exists<>(new Step("first", 1)));
  }

  @Test
  void theSameContentOfAnotherAttemptIsStillAnotherAttempts() {
    records.create(NAME, new Step("same", 1));

    assertThat(records.create(NAME, new Step("same", 1))).isInstanceOf(Outcome.Exists.class);
  }

  @Test
  void aLostAnswerToAWriteThatTookEffectIsCreated() {
    faults.failAfter(Operation.CREATE, 1, Kind.OUTCOME_UNKNOWN);

    assertThat(records.create(NAME, new Step("fence", 1))).isInstanceOf(Outcome.Created.class);
    assertThat(faults.calls(Operation.CREATE)).isEqualTo(1);
  }

  @Test
  void aLostAnswerToAWriteWithoutEffectIsWrittenAgain() {
    faults.failBefore(Operation.CREATE, 1, Kind.OUTCOME_UNKNOWN);

    assertThat(records.create(NAME, new Step("fence", 1))).isInstanceOf(Outcome.Created.class);
    assertThat(faults.calls(Operation.CREATE)).isEqualTo(2);
    assertThat(pauses).hasSize(1);
  }

  @Test
  void aLostAnswerWhereAnotherAttemptWonIsExists() {
    records(memory).create(NAME, new Step("other", 2));
    faults.failBefore(Operation.CREATE, 1, Kind.OUTCOME_UNKNOWN);

    assertThat(records.create(NAME, new Step("mine", 1)))
        .isEqualTo(new Outcome.Exists<>(new Step("other", 2)));
  }

  @Test
  void aWriteThatLandsOnlyAfterTheNameWasFoundFreeIsCreatedOnce() {
    LateStore late = new LateStore(memory);

    Outcome<Step> outcome = records(late).create(NAME, new Step("late", 1));

    assertThat(outcome).isInstanceOf(Outcome.Created.class);
    assertThat(memory.names()).containsExactly(NAME);
  }

  @Test
  void anAnswerThatStaysLostIsUnknownInTheEnd() {
    for (int i = 1; i <= 5; i++) {
      faults.failBefore(Operation.CREATE, i, Kind.OUTCOME_UNKNOWN);
    }

    assertThat(kindOf(() -> records.create(NAME, new Step("x", 1))))
        .isEqualTo(Kind.OUTCOME_UNKNOWN);
    assertThat(pauses.stream().map(Duration::toMillis)).containsExactly(50L, 100L, 200L, 400L);
  }

  @Test
  void aReadThatFailsAfterALostAnswerLeavesTheOutcomeUnknown() {
    faults.failAfter(Operation.CREATE, 1, Kind.OUTCOME_UNKNOWN);
    faults.failBefore(Operation.READ, 1, Kind.TRANSIENT);

    assertThat(kindOf(() -> records.create(NAME, new Step("x", 1))))
        .isEqualTo(Kind.OUTCOME_UNKNOWN);
    assertThat(records.create(NAME, new Step("x", 1))).isInstanceOf(Outcome.Exists.class);
  }

  @Test
  void aStoreThatGoesAwayAfterALostAnswerLeavesTheOutcomeUnknown() {
    faults.failBefore(Operation.CREATE, 1, Kind.OUTCOME_UNKNOWN);
    faults.failBefore(Operation.CREATE, 2, Kind.TRANSIENT);

    assertThat(kindOf(() -> records.create(NAME, new Step("x", 1))))
        .isEqualTo(Kind.OUTCOME_UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"TRANSIENT", "PERMANENT"})
  void aRefusedWriteIsTheStoresFaultAndNothingIsThere(Kind kind) {
    faults.failBefore(Operation.CREATE, 1, kind);

    assertThat(kindOf(() -> records.create(NAME, new Step("x", 1)))).isEqualTo(kind);
    assertThat(memory.names()).isEmpty();
  }

  @Test
  void aStoreWithoutAClockWritesNothing() {
    faults.failBefore(Operation.TIME, 1, Kind.TRANSIENT);

    assertThat(kindOf(() -> records.create(NAME, new Step("x", 1)))).isEqualTo(Kind.TRANSIENT);
    assertThat(memory.names()).isEmpty();
  }

  @Test
  void aNameThatIsTakenButNotGivenIsATransientFault() {
    ObjectStore liar = new TakenButAbsent(memory);

    assertThatThrownBy(() -> records(liar).create(NAME, new Step("x", 1)))
        .hasMessageContaining("taken, but does not give it");
  }

  @Test
  void aRecordOfAnotherFormOfTheTypeIsFound() {
    records.create(NAME, new End.Failed("no point"), End.class);

    Outcome<End> outcome = records.create(NAME, new End.Serving(7), End.class);

    assertThat(outcome).isEqualTo(new Outcome.Exists<End>(new End.Failed("no point")));
    assertThat(records.read(NAME, End.class)).contains(new End.Failed("no point"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{",
        "[]",
        "{\"attempt\":\"a\"}",
        "{\"attempt\":\"a\",\"time\":\"2026-11-21T10:00:00Z\",\"record\":{\"unknown\":1}}",
        "{\"attempt\":\"a\",\"time\":\"2026-11-21T10:00:00Z\",\"record\":null}",
        "{\"time\":\"2026-11-21T10:00:00Z\",\"record\":{\"what\":\"x\",\"number\":1}}"
      })
  void damagedRecordsAreNamedAndNeverTakenForAnAnswer(String stored) {
    memory.create(NAME, stored.getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> records.read(NAME, Step.class))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining("'routes/site/1' can't be read");
    assertThat(kindOf(() -> records.create(NAME, new Step("x", 1)))).isEqualTo(Kind.PERMANENT);
  }

  @Test
  void oneOfManyRacingAttemptsIsCreatedAndAllSeeItsRecord() throws Exception {
    ControlRecords racing =
        new ControlRecords(memory, () -> "attempt-" + attempts.incrementAndGet());
    try (ExecutorService racers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 50; round++) {
        ObjectName name = ObjectName.of("race", round);
        CyclicBarrier start = new CyclicBarrier(8);
        List<Future<Outcome<Step>>> outcomes = new ArrayList<>();
        for (int racer = 0; racer < 8; racer++) {
          Step step = new Step("racer", racer);
          outcomes.add(
              racers.submit(() -> {
                start.await();
                return racing.create(name, step);
              }));
        }
        List<Step> winners = new ArrayList<>();
        List<Step> seen = new ArrayList<>();
        for (Future<Outcome<Step>> outcome : outcomes) {
          switch (outcome.get()) {
            case Outcome.Created<Step> created -> winners.add(created.record());
            case Outcome.Exists<Step> exists -> seen.add(exists.record());
          }
        }
        assertThat(winners).hasSize(1);
        assertThat(seen).hasSize(7).containsOnly(winners.getFirst());
      }
    }
  }

  @Test
  void namesComeInOrderOverAllPages() {
    for (int i = 0; i < 1203; i++) {
      memory.create(ObjectName.of("n", String.format("%020d", i)), new byte[0]);
    }
    memory.create(new ObjectName("other"), new byte[0]);

    assertThat(records.names("n/")).hasSize(1203).isSorted();
    assertThat(records.nameAfter("n/", Optional.empty()))
        .contains(ObjectName.of("n", String.format("%020d", 0)));
    assertThat(
            records.nameAfter("n/", Optional.of(ObjectName.of("n", String.format("%020d", 1202)))))
        .isEmpty();
  }

  /// The first create is lost and lands only when the name has been read once.
  private static final class LateStore extends ForwardingObjectStore {
    private byte[] onItsWay = new byte[0];
    private int creates;

    LateStore(ObjectStore store) {
      super(store);
    }

    @Override
    public Creation create(ObjectName name, byte[] content) {
      if (creates++ == 0) {
        onItsWay = content;
        throw new ObjectStoreException(Kind.OUTCOME_UNKNOWN, "time-out");
      }
      return super.create(name, content);
    }

    @Override
    public Optional<InputStream> read(ObjectName name, ByteRange range) {
      Optional<InputStream> found = super.read(name, range);
      if (onItsWay.length > 0) {
        super.create(name, onItsWay);
        onItsWay = new byte[0];
      }
      return found;
    }
  }

  private static final class TakenButAbsent extends ForwardingObjectStore {
    TakenButAbsent(ObjectStore store) {
      super(store);
    }

    @Override
    public Creation create(ObjectName name, byte[] content) {
      return new Creation.AlreadyExists();
    }
  }
}
