package dev.gnomon.core.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class BaseRateTest {
  private static RampModel model(ModelForm.Quality quality) {
    return new RampModel(
        "m",
        new ModelForm(
            ModelForm.FORMAT,
            List.of(new ModelForm.Horizon(300, -4), new ModelForm.Horizon(3_600, -3)),
            List.of(),
            new ModelForm.TrainedOn("made up", "", 0, 0, 0, "nobody"),
            quality));
  }

  @Test
  void oddsAreCarriedOverByTheRatioOfTheSharesOfFailures() {
    // A tenth of all rows came before a failure; one half hour in 336 does where nobody counted.
    Calibration.Line line =
        BaseRate.prior(model(new ModelForm.Quality(1_800, 1_000, 50, 0, 0, 0.09, 0, 0, 0)));

    assertThat(Math.exp(line.shift())).isCloseTo((1 / 335.0) / (1 / 9.0), within(1e-9));
    assertThat(line.slope()).isEqualTo(1);
  }

  @Test
  void whatIsWrittenForTheUsualIsNotCorrected() {
    assertThat(BaseRate.prior(PlainRule.MODEL)).isEqualTo(Calibration.NONE);
    assertThat(BaseRate.prior(model(new ModelForm.Quality(1_800, 10, 5, 0, 0, 0.25, 0, 0, 0))))
        .isEqualTo(Calibration.NONE);
  }

  @Test
  void nothingStrangeWithTheShippedModelIsAsRareAsIsTakenForGranted() {
    ModelForm form = ((ModelContent.Read.Whole) ShippedModel.read()).form();
    Calibration.Line line = BaseRate.prior(new RampModel("shipped", form));

    assertThat(Calibration.probability(line.of(form.horizons().get(2).constant())))
        .isBetween(1e-4, 1 / 336.0);
    assertThat(Calibration.probability(line.of(5))).as("what is plain").isGreaterThan(0.9);
  }
}
