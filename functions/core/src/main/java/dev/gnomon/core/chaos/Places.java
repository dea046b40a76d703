package dev.gnomon.core.chaos;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.Factor;
import java.util.Map;
import java.util.Optional;

/// What merit says of the place that serves a resource.
@FunctionalInterface
public interface Places {
  /// @return empty if nothing is known of it that was measured
  Optional<Reading> of(ResourceName resource);

  /// @param merit in [0,1]
  /// @param penalties what speaks against it, in [0,1]
  record Reading(double merit, Map<Factor, Double> penalties) {
    public Reading {
      penalties = Map.copyOf(penalties);
    }
  }
}
