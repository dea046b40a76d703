package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.DecisionPolicy;
import dev.gnomon.core.catalogue.PredictionPolicy;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.decision.Effort;
import dev.gnomon.core.decision.Estimates;
import dev.gnomon.core.decision.ExpectedLoss;
import dev.gnomon.core.decision.ExpectedLoss.Weighed;
import dev.gnomon.core.decision.Likelihood;
import dev.gnomon.core.decision.Option;
import dev.gnomon.core.decision.Outlook;
import dev.gnomon.core.decision.Outlook.Closed;
import dev.gnomon.core.decision.Weighing;
import dev.gnomon.core.decision.Weighing.Forecast;
import dev.gnomon.core.rollback.MeasuredRollbacks;
import dev.gnomon.core.rollback.Prospect;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Gathers what a decision on a prediction rests on, and has it weighed.
record Weigh(Catalogue catalogue, ControlRecords records) {
  /// Names the key that closed an option.
  static final String MIN_CONFIDENCE = "(limits.minConfidence)";

  Weighing of(Prediction prediction, Resource resource, Prospect prospect) {
    DecisionPolicy policy = catalogue.policies().decisions();
    Instant now = records.time();
    double lead = seconds(now, prediction.at());
    // A failure that is further off is decided on again before it comes.
    double longest = seconds(prediction.horizon().orElse(PredictionPolicy.LONGEST_HORIZON));
    Outlook outlook =
        outlook(
            prediction, resource, prospect, Math.min(lead, longest), seconds(prospect.time(), now));
    Weighed weighed = new ExpectedLoss(policy.prices()).of(outlook);
    return new Weighing(
        new Forecast(
            prediction.confidence() > 0 ? Optional.of(prediction.likelihood()) : Optional.empty(),
            prediction.confidence(),
            prediction.onset(),
            prediction.at(),
            outlook.leadSeconds(),
            prediction.horizon(),
            prediction.model(),
            prediction.features()),
        outlook.weight(),
        policy.prices(),
        Optional.of(prospect.point()),
        outlook.lossSeconds(),
        weighed.costs(),
        outlook.closed(),
        weighed.chosen(),
        weighed.why());
  }

  private Outlook outlook(
      Prediction prediction, Resource resource, Prospect prospect, double lead, double loss) {
    Estimates estimates =
        new Estimates(MeasuredRollbacks.of(records, resource.name(), prospect.epochBefore()));
    Map<Option, Effort> efforts = new EnumMap<>(Option.class);
    for (Option option : allowed(prospect.mode())) {
      efforts.put(
          option,
          option == Option.RESTORE ? estimates.restoring(prospect) : estimates.switching(prospect));
    }
    return new Outlook(
        Likelihood.of(prediction.likelihood(), prediction.confidence()),
        catalogue.policies().decisions().weight(resource.priority()),
        lead,
        loss,
        efforts,
        efforts.containsKey(Option.SWITCH_AND_RESTORE)
            ? Optional.of(estimates.restoring(prospect))
            : Optional.empty(),
        estimates.staging(prospect),
        closed(prediction, resource, prospect, efforts));
  }

  /// What the mode of a resource allows. Who lets it return to a repaired primary lets it stay away
  /// too, if the repair would take longer than it is worth.
  private static List<Option> allowed(RollbackMode mode) {
    return switch (mode) {
      case RESTORE -> List.of(Option.RESTORE);
      case SWITCH -> List.of(Option.SWITCH);
      case SWITCH_AND_RESTORE -> List.of(Option.SWITCH, Option.SWITCH_AND_RESTORE);
    };
  }

  private static List<Closed> closed(
      Prediction prediction, Resource resource, Prospect prospect, Map<Option, Effort> efforts) {
    List<Closed> closed = new ArrayList<>();
    if (prospect.exact()) {
      closed.add(
          new Closed(
              Option.PRE_STAGE,
              "a copy holds exactly the point before the trouble: a switch to it is prepared already"));
    }
    Optional<String> tooUnsure = tooUnsure(prediction, resource);
    for (Option option : Option.values()) {
      if (option.mode().isPresent() && !efforts.containsKey(option)) {
        closed.add(new Closed(option, "the rollback mode of the resource does not allow it"));
      } else if (option.mode().isPresent() && tooUnsure.isPresent()) {
        closed.add(new Closed(option, tooUnsure.get()));
      }
    }
    return closed;
  }

  /// Why no rollback follows from a prediction, if it is less sure than its resource wants.
  static Optional<String> tooUnsure(Prediction prediction, Resource resource) {
    double least = resource.limits().minConfidence();
    return prediction.confidence() < least
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "confidence %s is too low, %s acts from %s %s",
                prediction.confidence(),
                resource.name(),
                least,
                MIN_CONFIDENCE))
        : Optional.empty();
  }

  /// From one time to another, 0 if that has passed.
  private static double seconds(Instant from, Instant to) {
    return to.isAfter(from) ? seconds(Duration.between(from, to)) : 0;
  }

  private static double seconds(Duration duration) {
    return Math.max(0, duration.getSeconds() + duration.getNano() / 1e9);
  }
}
