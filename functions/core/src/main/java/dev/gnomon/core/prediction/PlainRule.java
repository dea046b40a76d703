package dev.gnomon.core.prediction;

import dev.gnomon.core.prediction.ModelForm.Horizon;
import java.util.List;

/// The robust baseline: what an experienced person would say, written down once and trained on
/// nothing. Serves where no trained model may.
///
/// Where nothing is strange, a failure within half an hour is taken for 1 in 500. One strange
/// aspect alone stays below an even chance; two that last, a limit that is near, or a fifth of all
/// requests failing come above it; probes that fail from two places are nearly certain. Unusual
/// traffic alone says nothing.
public final class PlainRule {
  public static final String NAME = "plain-rule-1";

  private static final double SLIGHT = 1;
  private static final double CLEAR = 2;
  private static final double STRONG = 4;

  static final ModelForm FORM =
      new ModelForm(
          ModelForm.FORMAT,
          List.of(
              new Horizon(300, -8.0),
              new Horizon(900, -6.9),
              new Horizon(1_800, -6.2),
              new Horizon(3_600, -5.5)),
          List.of(
              ramp(Feature.PROBES_FAILING, 0.1, 0.6, 2.5 * STRONG),
              ramp(Feature.ERRORS_LEVEL, 0.02, 0.2, STRONG),
              ramp(Feature.ERRORS_NOW, 2, 6, CLEAR),
              ramp(Feature.ERRORS_LASTING, 0.5, 3, SLIGHT),
              ramp(Feature.LATENCY_NOW, 2, 6, SLIGHT),
              ramp(Feature.LATENCY_UNEXPLAINED, 1, 4, CLEAR),
              ramp(Feature.SATURATION_NOW, 3, 8, SLIGHT),
              ramp(Feature.LIMIT_USED, 0.9, 1, CLEAR),
              ramp(Feature.LIMIT_SOON, 0.4, 0.8, STRONG),
              ramp(Feature.HARDWARE_NOW, 3, 8, CLEAR),
              ramp(Feature.LOGS_NOW, 3, 8, SLIGHT),
              ramp(Feature.PROBES_NOW, 3, 8, SLIGHT),
              ramp(Feature.OTHER_NOW, 3, 8, SLIGHT),
              ramp(Feature.TRAFFIC_DROP, 3, 8, SLIGHT),
              ramp(Feature.ASPECTS_ALARMING, 1, 3, CLEAR),
              ramp(Feature.SERIES_ALARMING, 0.2, 0.8, SLIGHT),
              ramp(Feature.EPISODE_MINUTES, 3, 15, SLIGHT),
              ramp(Feature.CHANGE_RECENT, 0.25, 1, SLIGHT),
              ramp(Feature.INCIDENTS_PAST, 0.5, 3, SLIGHT / 2)),
          new ModelForm.TrainedOn("nothing: written by hand", "", 0, 0, 0, ""),
          ModelForm.Quality.UNMEASURED);

  public static final RampModel MODEL = new RampModel(NAME, FORM);

  private PlainRule() {}

  private static Ramp ramp(Feature feature, double from, double to, double weight) {
    return new Ramp(feature.key(), from, to, weight);
  }
}
