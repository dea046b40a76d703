package dev.gnomon.verification.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.control.CellProbe;
import dev.gnomon.core.objects.AtomicityProbe;
import dev.gnomon.core.objects.AtomicityProbe.Finding;
import dev.gnomon.core.objects.AtomicityProbe.Report;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.LargePutTrial;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.RetryingObjectStore;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class CellProbeTest {
  private static final Supplier<String> IDS = () -> UUID.randomUUID().toString();
  private static final ObjectName RECORD = new ObjectName("cell/probe");

  private final InMemoryObjectStore memory = new InMemoryObjectStore();
  private final FaultInjectingObjectStore faults = new FaultInjectingObjectStore(memory);

  @Test
  void aStoreWithOneWinnerPerNameIsAtomicAndKeepsNothingOfTheProbe() {
    Report report = new AtomicityProbe(memory, IDS).probe();

    assertThat(report.finding()).isEqualTo(Finding.ATOMIC);
    assertThat(report.conclusive()).isEqualTo(AtomicityProbe.ROUNDS);
    assertThat(report.evidence()).isEmpty();
    assertThat(memory.names()).isEmpty();
  }

  @Test
  void aStoreThatOverwritesIsNotAtomicAndTheEvidenceSaysSo() {
    Report report = new AtomicityProbe(new Overwriting(memory), IDS).probe();

    assertThat(report.finding()).isEqualTo(Finding.NOT_ATOMIC);
    assertThat(report.evidence()).isNotEmpty().allMatch(e -> e.contains("told that they won"));
  }

  @Test
  void aStoreThatPutsOverTakenNamesIsNotAtomic() {
    Report report = new AtomicityProbe(new PuttingOver(memory), IDS).probe();

    assertThat(report.finding()).isEqualTo(Finding.NOT_ATOMIC);
    assertThat(report.evidence()).containsExactly("a name that was taken was put over");
    assertThat(memory.names()).isEmpty();
  }

  /// Also through the retries that every store is wrapped in.
  @Test
  void whatAStoreDoesToLargePutsIsSaidAtEachStart() {
    ObjectStore store = new RetryingObjectStore(new Reserved(memory), Retries.none());

    Report first = CellProbe.require(store, IDS);
    Report second = CellProbe.require(memory, IDS);

    assertThat(first.finding()).isEqualTo(Finding.ATOMIC);
    assertThat(first.reservation()).contains("ignores the condition");
    assertThat(second).isEqualTo(first);
  }

  @Test
  void aReportOfAnEarlierVersionIsRead() {
    memory.create(
        RECORD,
        ("{\"attempt\":\"a\",\"time\":\"2026-01-01T00:00:00Z\",\"record\":{\"finding\":\"ATOMIC\","
                + "\"rounds\":8,\"writers\":8,\"conclusive\":8,\"evidence\":[]}}")
            .getBytes(StandardCharsets.UTF_8));

    assertThat(CellProbe.require(memory, IDS).reservation()).isEmpty();
  }

  @Test
  void theFindingIsRecordedInTheCellAndNotProbedAgain() {
    Report first = CellProbe.require(faults, IDS);
    int creates = faults.calls(Operation.CREATE);

    Report second = CellProbe.require(faults, IDS);

    assertThat(memory.names()).containsExactly(RECORD);
    assertThat(second).isEqualTo(first);
    assertThat(faults.calls(Operation.CREATE)).isEqualTo(creates);
  }

  @Test
  void aCellThatIsNotAtomicIsRefusedWithEvidenceAndAdvice() {
    assertThatThrownBy(() -> CellProbe.require(new Overwriting(memory), IDS))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining("round 1: writers")
        .hasMessageContaining("If-None-Match")
        .extracting(e -> ((ObjectStoreException) e).kind())
        .isEqualTo(Kind.PERMANENT);
    assertThat(memory.names()).isEmpty();
  }

  /// It never let two writers create one name.
  @Test
  void theRefusalSaysWhatWasSeenAndNoMore() {
    assertThatThrownBy(() -> CellProbe.require(new PuttingOver(memory), IDS))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageStartingWith(
            "the store does not keep a name for whoever had it first, so no switch in it would be"
                + " safe: a name that was taken was put over. Use a server");
  }

  @Test
  void aFewFaultsLeaveTheFindingStanding() {
    faults.failBefore(Operation.CREATE, 5, Kind.TRANSIENT);
    faults.failAfter(Operation.CREATE, 20, Kind.OUTCOME_UNKNOWN);

    assertThat(new AtomicityProbe(faults, IDS).probe().finding()).isEqualTo(Finding.ATOMIC);
  }

  @Test
  void aStoreThatIsAwayGivesNoFinding() {
    faults.goAway();

    assertThatThrownBy(() -> new AtomicityProbe(faults, IDS).probe())
        .hasMessageContaining("only 0 of 8 races")
        .extracting(e -> ((ObjectStoreException) e).kind())
        .isEqualTo(Kind.TRANSIENT);
    assertThatThrownBy(() -> CellProbe.require(faults, IDS))
        .isInstanceOf(ObjectStoreException.class);
    assertThat(memory.names()).isEmpty();
  }

  /// Ignores If-None-Match, as some servers do.
  private static final class Overwriting extends ForwardingObjectStore {
    Overwriting(ObjectStore store) {
      super(store);
    }

    @Override
    public Creation create(ObjectName name, byte[] content) {
      delete(List.of(name));
      super.create(name, content);
      return new Creation.Created();
    }
  }

  /// Keeps the condition of create and ignores that of put.
  private static final class PuttingOver extends ForwardingObjectStore {
    PuttingOver(ObjectStore store) {
      super(store);
    }

    @Override
    public long put(ObjectName name, InputStream content) {
      delete(List.of(name));
      return super.put(name, content);
    }
  }

  private static final class Reserved extends ForwardingObjectStore implements LargePutTrial {
    Reserved(ObjectStore store) {
      super(store);
    }

    @Override
    public Optional<String> putOver(ObjectName taken) {
      assertThat(stat(taken)).isPresent();
      return Optional.of("ignores the condition");
    }
  }
}
