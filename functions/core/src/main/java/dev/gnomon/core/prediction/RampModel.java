package dev.gnomon.core.prediction;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// A failure's log-odds as a sum of ramps over the features and one constant for each horizon: a
/// generalised additive model (Hastie and Tibshirani, 1986) whose horizons have proportional odds
/// (McCullagh, "Regression models for ordinal data", 1980). Each feature's part is exactly what its
/// ramps add, so the explanation is the model. Immutable.
public final class RampModel implements FailureModel {
  public static final Duration SHORTEST = Duration.ofMinutes(1);
  public static final Duration LONGEST = Duration.ofHours(1);

  private static final int MOST_CONTRIBUTIONS = 10;
  private static final double LEAST_EFFECT = 0.05;
  private static final double HALF = 0.5;

  /// Of a probability that a time is asked of: below, none is expected.
  private static final int HALVINGS = 30;

  private final String name;
  private final ModelForm form;
  private final Feature[] features;

  /// @param name and version
  public RampModel(String name, ModelForm form) {
    this.name = name;
    this.form = form;
    this.features = form.ramps().stream().map(Ramp::of).toArray(Feature[]::new);
  }

  @Override
  public String name() {
    return name;
  }

  public ModelForm form() {
    return form;
  }

  /// The parts of its log-odds, by feature, without the horizon's constant.
  private Map<Feature, Double> parts(Features asked) {
    Map<Feature, Double> parts = new TreeMap<>();
    List<Ramp> ramps = form.ramps();
    for (int i = 0; i < features.length; i++) {
      OptionalDouble value = asked.of(features[i]);
      if (value.isPresent()) {
        Ramp ramp = ramps.get(i);
        parts.merge(features[i], ramp.weight() * ramp.height(value.getAsDouble()), Double::sum);
      }
    }
    return parts;
  }

  /// The log-odds of a failure within a horizon.
  public double logOdds(Features asked, Duration horizon) {
    double sum = constant(horizon.toMillis() / 1e3);
    for (double part : parts(asked).values()) {
      sum += part;
    }
    return sum;
  }

  /// Between the horizons that the form has, a line over the logarithm of the horizon.
  private double constant(double seconds) {
    List<ModelForm.Horizon> horizons = form.horizons();
    double log = Math.log(Math.max(seconds, 1));
    ModelForm.Horizon before = horizons.getFirst();
    ModelForm.Horizon after = horizons.get(1);
    for (int i = 2; i < horizons.size() && seconds > after.seconds(); i++) {
      before = after;
      after = horizons.get(i);
    }
    double low = Math.log(before.seconds());
    double slope = (after.constant() - before.constant()) / (Math.log(after.seconds()) - low);
    return before.constant() + (log - low) * slope;
  }

  @Override
  public Estimate of(Features asked, Duration horizon, Instant now) {
    return of(asked, horizon, now, Calibration.NONE);
  }

  /// Like the other, with odds corrected by what came of earlier estimates.
  Estimate of(Features asked, Duration horizon, Instant now, Calibration.Line correction) {
    Map<Feature, Double> parts = parts(asked);
    double sum = parts.values().stream().mapToDouble(Double::doubleValue).sum();
    double seconds = horizon.toMillis() / 1e3;
    double probability = probability(constant(seconds) + sum, correction);
    Optional<Instant> at =
        probability < HALF
            ? Optional.empty()
            : Optional.of(
                now.plusMillis((long) (1e3 * median(sum, seconds, probability, correction))));
    List<Estimate.Contribution> contributions = new ArrayList<>();
    parts.forEach((feature, part) -> {
      double effect = part * correction.slope();
      if (Math.abs(effect) >= LEAST_EFFECT) {
        double value = asked.of(feature).orElseThrow();
        contributions.add(
            new Estimate.Contribution(feature.key(), value, effect, feature.says(value)));
      }
    });
    contributions.sort(
        Comparator.comparingDouble(contribution -> -Math.abs(contribution.effect())));
    return new Estimate(
        probability,
        horizon,
        asked.onset(),
        at,
        asked.known(),
        contributions.subList(0, Math.min(contributions.size(), MOST_CONTRIBUTIONS)),
        name);
  }

  private static double probability(double logOdds, Calibration.Line correction) {
    return Calibration.probability(correction.of(logOdds));
  }

  /// The median of the time of a failure, given that it comes within the horizon: where the
  /// probability is half of the horizon's. In seconds.
  private double median(
      double sum, double seconds, double probability, Calibration.Line correction) {
    double low = 1;
    double high = seconds;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (probability(constant(middle) + sum, correction) < probability * HALF) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }
}
