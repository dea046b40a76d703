package dev.gnomon.events;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A resource, or everything in a cell, is expected to fail.
///
/// @param resource present exactly if `cell` is absent
/// @param onset when the trouble began: a rollback point has to be older
/// @param at when the failure is expected
/// @param confidence in the prediction itself, in [0,1]: how much of what it rests on is known;
///   stands for the probability too, where that is absent
/// @param evidence 1 to 100 sentences for people
/// @param probability of a failure within the horizon, in [0,1]
/// @param horizonSeconds that the probability is about, 1 to 604,800
/// @param model name and version of what predicts
/// @param features what mattered to it, the largest first; at most 50
public record FailurePredicted(
    Optional<String> resource,
    Optional<String> cell,
    Instant onset,
    Instant at,
    double confidence,
    List<String> evidence,
    Optional<Double> probability,
    Optional<Long> horizonSeconds,
    Optional<String> model,
    Optional<List<Feature>> features)
    implements EventData {
  public static final String TYPE = "dev.gnomon.failure-predicted.v1";

  private static final int MOST_FEATURES = 50;
  private static final int MODEL_CHARS = 200;

  public FailurePredicted {
    resource = Text.optional(resource);
    cell = Text.optional(cell);
    Text.required("onset", onset);
    Text.required("at", at);
    evidence = Text.required("evidence", evidence).stream().map(Text::cut).toList();
    Text.exactlyOne("resource", resource, "cell", cell);
    unit("confidence", confidence);
    probability = Text.optional(probability);
    probability.ifPresent(given -> unit("probability", given));
    horizonSeconds = Text.optional(horizonSeconds);
    model = Text.optional(model).map(name -> Text.cut(name, MODEL_CHARS));
    features =
        Text.optional(features)
            .map(given -> given.stream().limit(MOST_FEATURES).toList())
            .filter(given -> !given.isEmpty());
  }

  /// Of somebody who says no more than how sure he is.
  public FailurePredicted(
      Optional<String> resource,
      Optional<String> cell,
      Instant onset,
      Instant at,
      double confidence,
      List<String> evidence) {
    this(
        resource,
        cell,
        onset,
        at,
        confidence,
        evidence,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /// One thing that a prediction rests on.
  ///
  /// @param name such as `latency.now`
  /// @param value in its own unit
  /// @param effect on the log-odds of a failure; positive: for it
  /// @param says a sentence for people
  public record Feature(
      String name, double value, Optional<String> unit, double effect, String says) {
    private static final int NAME_CHARS = 100;
    private static final int UNIT_CHARS = 40;
    private static final int SAYS_CHARS = 500;

    public Feature {
      name = Text.cut(Text.required("features.name", name), NAME_CHARS);
      unit = Text.optional(unit).map(u -> Text.cut(u, UNIT_CHARS));
      says = Text.cut(Text.required("features.says", says), SAYS_CHARS);
      if (!Double.isFinite(value) || !Double.isFinite(effect)) {
        throw new IllegalArgumentException(
            "feature %s must be finite: value %s, effect %s".formatted(name, value, effect));
      }
    }
  }

  @Override
  public Optional<String> subject() {
    return resource.or(() -> cell);
  }

  @Override
  public Optional<String> correlation() {
    return Optional.empty();
  }

  private static void unit(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be in [0,1]: " + value);
    }
  }
}
