package dev.gnomon.core.merit;

import dev.gnomon.core.catalogue.MeritWeights;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;

/// What speaks against one location now: the formula of merit.
///
///     merit = trust * exp(-sum over known factors of weight * penalty)
///
/// with penalties in [0,1]:
///
///     health      1 - h                        h share that is well
///     latency     1 - 1 / max(1, x)            x multiple of the usual latency
///     freshness   r^2 / (1 + r^2)              r lag / recovery-point target
///     prediction  p                            probability of a failure times confidence
///     cost        c for the primary, 1 - c for a shadow
///
/// where c is [RollbackCost]'s share. So it falls with each penalty, a factor that is not known
/// leaves it as it is, and a rollback that costs more lowers the primary's merit and raises its
/// shadows'. The form (a product of discounts, each saturating) is ours, see ADR 25.
///
/// @param parts one a factor that is known
public record Appraisal(List<Part> parts) {
  public Appraisal {
    parts = List.copyOf(parts);
  }

  /// Which side of a switch a location is on.
  public enum Role {
    /// It serves.
    PRIMARY,
    /// It could.
    SHADOW
  }

  /// One factor's share.
  ///
  /// @param penalty in [0,1]
  /// @param weight in [0, [MeritWeights#MAX]]
  /// @param says the measurement, for people
  public record Part(Factor factor, double penalty, double weight, String says) {}

  public static Appraisal of(Inputs inputs, Role role, MeritWeights weights) {
    List<Part> parts = new ArrayList<>();
    inputs
        .health()
        .ifPresent(health ->
            parts.add(
                part(Factor.HEALTH, 1 - health, weights, text("%.1f %% well", 100 * health))));
    inputs
        .latency()
        .ifPresent(times ->
            parts.add(
                part(
                    Factor.LATENCY,
                    1 - 1 / Math.max(1, times),
                    weights,
                    text("%.1f times its usual latency", times))));
    inputs
        .lag()
        .ifPresent(lag -> {
          if (inputs.target().isPresent()) {
            Duration target = inputs.target().get();
            parts.add(
                part(
                    Factor.FRESHNESS,
                    staleness(lag, target),
                    weights,
                    "%s behind, target %s".formatted(seconds(lag), seconds(target))));
          }
        });
    inputs
        .risk()
        .ifPresent(risk ->
            parts.add(
                part(Factor.PREDICTION, risk, weights, text("failure risk %.1f %%", 100 * risk))));
    if (inputs.cost().known()) {
      double share = inputs.cost().share();
      parts.add(
          part(
              Factor.COST,
              switch (role) {
                case PRIMARY -> share;
                case SHADOW -> 1 - share;
              },
              weights,
              text("rollback cost %.2f", share)));
    }
    return new Appraisal(parts);
  }

  /// @return in [0,1]; 1/2 at the target, with little weight well below it
  private static double staleness(Duration lag, Duration target) {
    double ratio = (double) lag.toMillis() / Math.max(1, target.toMillis());
    return ratio > LARGE ? 1 : ratio * ratio / (1 + ratio * ratio);
  }

  private static final double LARGE = 1e6;

  private static Part part(Factor factor, double penalty, MeritWeights weights, String says) {
    return new Part(factor, Math.clamp(penalty, 0, 1), factor.weight(weights), says);
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() + " s";
  }

  /// @param trust in [0,1], see [Trust]; what is no number is unknown
  public Merit merit(double trust) {
    return over(EnumSet.allOf(Factor.class), trust);
  }

  /// Merit as far as some factors make it up. Trust comes from health, and counts with it.
  Merit over(Set<Factor> factors, double trust) {
    double against =
        parts.stream()
            .filter(part -> factors.contains(part.factor()))
            .mapToDouble(part -> part.weight() * part.penalty())
            .sum();
    boolean known = factors.contains(Factor.HEALTH) && !Double.isNaN(trust);
    double earned = known ? Math.clamp(trust, 0, 1) : 1;
    return new Merit(Math.clamp(earned * Math.exp(-against), 0, 1));
  }

  Set<Factor> known() {
    Set<Factor> known = EnumSet.noneOf(Factor.class);
    parts.forEach(part -> known.add(part.factor()));
    return known;
  }

  OptionalDouble penalty(Factor factor) {
    return parts.stream()
        .filter(part -> part.factor() == factor)
        .mapToDouble(Part::penalty)
        .findFirst();
  }
}
