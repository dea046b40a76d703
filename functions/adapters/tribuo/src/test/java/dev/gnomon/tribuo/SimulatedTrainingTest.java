package dev.gnomon.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.prediction.Duel;
import dev.gnomon.core.prediction.FailureTraining;
import dev.gnomon.core.prediction.Feature;
import dev.gnomon.core.prediction.Features;
import dev.gnomon.core.prediction.ModelContent;
import dev.gnomon.core.prediction.ModelForm;
import dev.gnomon.core.prediction.PlainRule;
import dev.gnomon.core.prediction.Ramp;
import dev.gnomon.core.prediction.RampModel;
import dev.gnomon.core.prediction.Run;
import dev.gnomon.core.prediction.ShippedModel;
import dev.gnomon.tribuo.incidents.SimulatedRuns;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SimulatedTrainingTest {
  private static SimulatedTraining trained;

  @BeforeAll
  static void train() {
    trained = SimulatedTraining.with(11, 120);
  }

  @Test
  void beatsThePlainRuleOnRunsThatWereHeldBack() {
    Duel duel = trained.against(PlainRule.MODEL);

    assertThat(duel.won()).isTrue();
    ModelForm.Quality quality = trained.form().quality();
    assertThat(quality.brier()).isLessThan(quality.plainBrier()).isLessThan(quality.baseBrier());
    assertThat(quality.leadSeconds()).isBetween(60.0, 1_800.0);
    assertThat(quality.calibrationError()).isLessThan(0.03);
  }

  @Test
  void isFoundByWhoeverTrains() {
    assertThat(ServiceLoader.load(FailureTraining.class).findFirst())
        .containsInstanceOf(TribuoFailureTraining.class);
  }

  @Test
  void doesNotBeatItself() {
    assertThat(trained.against(new RampModel("itself", trained.form())).won()).isFalse();
  }

  @Test
  void whatIsWorseNeverMakesAFailureLessLikelyAndMoreTrafficAloneNeverMoreLikely() {
    for (Ramp ramp : trained.form().ramps()) {
      if (ramp.feature().startsWith("traffic.") && !ramp.feature().equals("traffic.drop")) {
        assertThat(ramp.weight()).as(ramp.feature()).isNegative();
      } else {
        assertThat(ramp.weight()).as(ramp.feature()).isPositive();
      }
    }
    RampModel model = new RampModel("m", trained.form());
    for (Feature feature : Feature.values()) {
      if (!feature.key().startsWith("traffic.")) {
        double before = Double.NEGATIVE_INFINITY;
        for (double value = 0; value < 15; value += 0.25) {
          double now = model.logOdds(only(feature, value), TribuoTrainer.HORIZON);
          assertThat(now).as(feature.key()).isGreaterThanOrEqualTo(before);
          before = now;
        }
      }
    }
  }

  private static Features only(Feature feature, double value) {
    double[] values = new double[Feature.values().length];
    Arrays.fill(values, Double.NaN);
    values[feature.ordinal()] = value;
    return new Features(values, Optional.empty(), 1, List.of());
  }

  @Test
  void equalSeedsGiveEqualModelsAndOthersOthers() {
    List<Run> learn = SimulatedRuns.of(5, 0, 60);
    List<Run> calibrate = SimulatedRuns.of(5, 60, 30);
    TribuoTrainer trainer = new TribuoTrainer();

    byte[] one = ModelContent.bytes(trainer.train(learn, calibrate, "x", 5));

    assertThat(ModelContent.bytes(trainer.train(SimulatedRuns.of(5, 0, 60), calibrate, "x", 5)))
        .isEqualTo(one);
    assertThat(SimulatedRuns.of(6, 0, 2)).isNotEqualTo(SimulatedRuns.of(5, 0, 2));
  }

  @Test
  void refusesRunsThatTeachNothing() {
    List<Run> calm =
        SimulatedRuns.of(5, 0, 20).stream()
            .filter(run -> run.rows().stream().allMatch(row -> row.secondsToFailure().isEmpty()))
            .toList();

    assertThatThrownBy(() -> new TribuoTrainer().train(calm, calm, "x", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 of ");
    assertThatThrownBy(() -> SimulatedTraining.with(1_000_000, 100))
        .hasMessageContaining("seed 1000000");
  }

  /// Minutes: all the training of the shipped model again.
  @Test
  @Tag("long")
  void theShippedModelIsWhatItsSeedGives() {
    SimulatedTraining again =
        SimulatedTraining.with(SimulatedTraining.SEED, SimulatedTraining.RUNS);

    assertThat(ShippedModel.read()).isEqualTo(new ModelContent.Read.Whole(again.form()));
    assertThat(again.against(PlainRule.MODEL).won()).isTrue();
  }
}
