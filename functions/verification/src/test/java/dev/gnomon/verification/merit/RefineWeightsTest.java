package dev.gnomon.verification.merit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.MeritWeights;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.merit.Factor;
import dev.gnomon.core.merit.RefineWeights;
import dev.gnomon.core.merit.WeightsChange;
import dev.gnomon.core.merit.WeightsChange.Outcome;
import dev.gnomon.core.merit.WeightsChange.Verdict;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RefineWeightsTest {
  private static final MeritWeights CONFIGURED = MeritWeights.DEFAULT;

  private final ControlRecords records =
      new ControlRecords(new InMemoryObjectStore(), () -> UUID.randomUUID().toString());
  private final RefineWeights refine = new RefineWeights(records);

  private int experiments;

  private Outcome outcome(Verdict verdict, Factor factor, double penalty) {
    return new Outcome("chaos-" + ++experiments, verdict, Map.of(factor, penalty));
  }

  @Test
  void missedFailureRaisesWhatSpokeAndLeavesTheRest() {
    WeightsChange change =
        refine
            .refine(CONFIGURED, "chaos", List.of(outcome(Verdict.MISSED, Factor.LATENCY, 0.8)))
            .orElseThrow();
    assertThat(change.after().latency()).isGreaterThan(CONFIGURED.latency());
    assertThat(change.after().health()).isEqualTo(CONFIGURED.health());
    assertThat(refine.inForce(CONFIGURED)).isEqualTo(change.after());
  }

  @Test
  void falseAlarmLowersWhatSpoke() {
    WeightsChange change =
        refine
            .refine(CONFIGURED, "chaos", List.of(outcome(Verdict.FALSE_ALARM, Factor.HEALTH, 1)))
            .orElseThrow();
    assertThat(change.after().health()).isLessThan(CONFIGURED.health());
  }

  @Test
  void weightsStayWithinTheirBounds() {
    for (int round = 0; round < 50; round++) {
      refine.refine(
          CONFIGURED, "chaos", Collections.nCopies(9, outcome(Verdict.MISSED, Factor.HEALTH, 1)));
      refine.refine(
          CONFIGURED,
          "chaos",
          Collections.nCopies(9, outcome(Verdict.FALSE_ALARM, Factor.LATENCY, 1)));
    }
    MeritWeights after = refine.inForce(CONFIGURED);
    assertThat(after.health()).isEqualTo(2 * CONFIGURED.health());
    assertThat(after.latency()).isEqualTo(CONFIGURED.latency() / 2);
  }

  @Test
  void everyChangeIsRecordedWithItsEvidence() {
    List<Outcome> evidence = List.of(outcome(Verdict.MISSED, Factor.COST, 0.5));
    refine.refine(CONFIGURED, "experiment 7 was noticed too late", evidence);
    refine.refine(CONFIGURED, "again", List.of(outcome(Verdict.MISSED, Factor.COST, 0.5)));
    List<WeightsChange> changes = new RefineWeights(records).newest(10);
    assertThat(changes)
        .extracting(WeightsChange::cause)
        .containsExactly("again", "experiment 7 was noticed too late");
    assertThat(changes.getFirst().before()).isEqualTo(changes.getLast().after());
    assertThat(changes.getLast().evidence()).isEqualTo(evidence);
  }

  @Test
  void anOutcomeCountsOnceHoweverOftenItIsTold() {
    List<Outcome> evidence = List.of(outcome(Verdict.MISSED, Factor.COST, 0.5));
    WeightsChange first = refine.refine(CONFIGURED, "experiment 7", evidence).orElseThrow();
    refine.refine(CONFIGURED, "8", List.of(outcome(Verdict.MISSED, Factor.HEALTH, 1)));

    assertThat(new RefineWeights(records).refine(CONFIGURED, "experiment 7", evidence)).isEmpty();

    assertThat(refine.newest(10)).hasSize(2);
    assertThat(refine.inForce(CONFIGURED).cost()).isEqualTo(first.after().cost());
  }

  @Test
  void nothingToLearnLeavesNoRecord() {
    assertThat(
            refine.refine(CONFIGURED, "chaos", List.of(outcome(Verdict.RIGHT, Factor.HEALTH, 1))))
        .isEmpty();
    assertThat(refine.newest(10)).isEmpty();
  }

  @Test
  void otherWeightsInTheCatalogueHoldAtOnce() {
    refine.refine(CONFIGURED, "chaos", List.of(outcome(Verdict.MISSED, Factor.HEALTH, 1)));
    MeritWeights person = new MeritWeights(1, 1, 1, 1, 1);
    assertThat(refine.inForce(person)).isEqualTo(person);
  }

  @Test
  void penaltiesThatAreNoneAreRefused() {
    assertThatThrownBy(() -> outcome(Verdict.MISSED, Factor.HEALTH, Double.NaN))
        .hasMessageContaining("penalty of health must be in [0,1]: NaN");
  }
}
