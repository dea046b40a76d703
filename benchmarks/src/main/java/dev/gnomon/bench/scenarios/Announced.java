package dev.gnomon.bench.scenarios;

import dev.gnomon.core.automation.Automation;
import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.prediction.Estimate;
import dev.gnomon.core.prediction.Foreseen;
import dev.gnomon.core.prediction.Subject;
import java.util.List;
import java.util.Optional;

/// What `failure-predicted` says of something foreseen, and what is read from it.
record Announced(Foreseen foreseen) {
  static Announced of(Foreseen foreseen) {
    return new Announced(foreseen);
  }

  Prediction prediction(Automation automation) {
    Estimate estimate = foreseen.estimate();
    List<ResourceName> resources =
        switch (foreseen.subject()) {
          case Subject.OfCell(var cell) -> automation.servedFrom(cell);
          case Subject.OfResource(var resource) -> List.of(resource);
          case Subject.OfLocation(var resource, var cell) ->
              automation.servedFrom(cell).contains(resource) ? List.of(resource) : List.of();
        };
    var onset = estimate.onset().orElseThrow();
    return new Prediction(
        resources,
        onset,
        estimate.at().orElseGet(() -> onset.plus(estimate.horizon())),
        estimate.confidence(),
        foreseen.evidence(),
        "episodes/%s/%s".formatted(foreseen.subject(), foreseen.episode()),
        Optional.of(estimate.probability()),
        Optional.of(estimate.horizon()),
        Optional.of(estimate.model()),
        estimate.contributions().stream().map(Estimate.Contribution::says).toList());
  }
}
