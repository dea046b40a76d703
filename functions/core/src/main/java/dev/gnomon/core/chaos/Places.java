package dev.gnomon.core.chaos;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.Factor;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What merit says of the place that serves a resource.
@FunctionalInterface
public interface Places {
  /// @return empty if nothing is known of it that was measured
  Optional<Reading> of(ResourceName resource);

  /// @param merit in [0,1]
  /// @param penalties what speaks against it, in [0,1]
  record Reading(double merit, Map<Factor, Double> penalties) {
    /// What is measured of a place; the other factors change with age and cost.
    private static final Set<Factor> MEASURED =
        Set.of(Factor.HEALTH, Factor.LATENCY, Factor.PREDICTION);

    public Reading {
      penalties = Map.copyOf(penalties);
    }

    /// Whether it rests on anything that was measured.
    @JsonIgnore
    public boolean isMeasured() {
      return penalties.keySet().stream().anyMatch(MEASURED::contains);
    }

    /// Whether what is measured speaks more against the place than before: that its points grew old
    /// is no sign of trouble.
    boolean isMeasuredWorse(Reading before) {
      return MEASURED.stream()
          .anyMatch(factor ->
              penalties.getOrDefault(factor, 0.0) > before.penalties.getOrDefault(factor, 0.0));
    }
  }
}
