package dev.gnomon.verification.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.control.CellProbe;
import dev.gnomon.core.objects.AtomicityProbe;
import dev.gnomon.core.objects.AtomicityProbe.Finding;
import dev.gnomon.core.objects.AtomicityProbe.Report;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import java.io.ByteArrayInputStream;
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
      put(name, new ByteArrayInputStream(content));
      return new Creation.Created();
    }
  }
}
