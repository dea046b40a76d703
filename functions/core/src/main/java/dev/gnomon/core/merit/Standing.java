package dev.gnomon.core.merit;

import dev.gnomon.core.catalogue.MeritPolicy;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.merit.Appraisal.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// One location of a resource in its ranking.
///
/// @param merit of all that is known
/// @param trust in [0,1]
/// @param inputs what is known of it
/// @param excluded why automation does not go there; empty if it may
/// @param versus it against the serving location; empty for that one, and where nothing that was
///   measured of both speaks against the serving one
/// @param leads since when its gap has been more than the policy's without a break
/// @param ahead for how long that was measured of both
public record Standing(
    CellName cell,
    Role role,
    Merit merit,
    double trust,
    Inputs inputs,
    Appraisal appraisal,
    Optional<String> excluded,
    Optional<Versus> versus,
    Optional<Instant> leads,
    Optional<Duration> ahead) {
  /// What is measured at a place; cost and freshness alone are no reason to leave one.
  static final Set<Factor> CONDUCT = Set.of(Factor.HEALTH, Factor.LATENCY, Factor.PREDICTION);

  /// It against another one by how they do, not by what content they hold: over what is measured of
  /// both. Empty if nothing is.
  Optional<Versus> conduct(Standing other) {
    Set<Factor> common = EnumSet.copyOf(CONDUCT);
    common.retainAll(appraisal.known());
    common.retainAll(other.appraisal().known());
    return common.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Versus(
                appraisal.over(common, trust), other.appraisal().over(common, other.trust())));
  }

  /// What is known of how a place does, the best first: that nothing is measured of it speaks
  /// neither for it nor against it, so it comes after what is known to do well.
  enum Repute {
    WELL,
    UNKNOWN,
    BADLY
  }

  /// By how it does alone: well if that costs it less than `merit.gap`.
  Repute repute(MeritPolicy policy) {
    Set<Factor> measured = EnumSet.copyOf(CONDUCT);
    measured.retainAll(appraisal.known());
    if (measured.isEmpty()) {
      return Repute.UNKNOWN;
    }
    return appraisal.over(measured, trust).value() >= 1 - policy.gap() ? Repute.WELL : Repute.BADLY;
  }

  /// Two merits over what is known of both, so that they can be compared.
  public record Versus(Merit own, Merit serving) {
    /// By how much it is ahead, in [-1,1].
    public double gap() {
      return own.value() - serving.value();
    }
  }

  /// Such as `west 0.912 (trust 1.00; 100.0 % well; 12 s behind, target 60 s)`.
  public String sentence() {
    String parts =
        appraisal.parts().stream()
            .map(part -> "; " + part.says())
            .collect(Collectors.joining("", String.format(Locale.ROOT, "trust %.2f", trust), ""));
    return "%s %s (%s%s)"
        .formatted(cell, merit, parts, excluded.map(why -> "; not chosen: " + why).orElse(""));
  }
}
