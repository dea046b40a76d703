package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.decision.Weighing;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.Intent;
import dev.gnomon.core.rollback.Prospect;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.core.routes.Route;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Turns a prediction about a resource into what is to be decided.
record Predictions(
    Catalogue catalogue,
    ControlRecords records,
    Rollbacks rollbacks,
    DealtWith dealtWith,
    Weigh weigh) {
  /// @param route of the resource, as it was looked at for this
  Question question(Prediction prediction, Resource resource, Route route) {
    RollbackRequest request = request(prediction, resource);
    Optional<String> against =
        dealtWith.since(resource, route, prediction.onset(), prediction.eventId());
    if (against.isPresent()) {
      return question(prediction, resource, request, against, Optional.empty());
    }
    return switch (rollbacks.prospect(request)) {
      case Prospect.Outcome.Possible(Prospect prospect) -> {
        Weighing weighing = weigh.of(prediction, resource, prospect);
        Optional<RollbackMode> mode = weighing.chosen().mode();
        yield question(
            prediction, resource, in(request, mode), Optional.empty(), Optional.of(weighing));
      }
      case Prospect.Outcome.Runs(String rollback) ->
          question(
              prediction,
              resource,
              in(request, automaticMode(rollback)),
              Optional.empty(),
              Optional.empty());
      // Why it is refused is found again, and said, by whoever begins it.
      case Prospect.Outcome.Refused ignored ->
          question(
              prediction,
              resource,
              request,
              Weigh.tooUnsure(prediction, resource),
              Optional.empty());
    };
  }

  private Question question(
      Prediction prediction,
      Resource resource,
      RollbackRequest request,
      Optional<String> against,
      Optional<Weighing> weighing) {
    return new Question(
        List.of(resource),
        prediction.eventId(),
        request.reason(),
        prediction.evidence(),
        OnFail.ROLLBACK,
        By.AUTOMATION,
        request,
        against,
        Optional.of(prediction.onset()),
        weighing);
  }

  private RollbackRequest request(Prediction prediction, Resource resource) {
    String trigger =
        String.format(
            Locale.ROOT,
            "failure of %s predicted for %s (onset %s, %sconfidence %.2f)",
            resource.name(),
            prediction.at(),
            prediction.onset(),
            prediction
                .probability()
                .map(p -> String.format(Locale.ROOT, "probability %.2f, ", p))
                .orElse(""),
            prediction.confidence());
    return new RollbackRequest(
            new Target.OfResource(resource.name()),
            Optional.empty(),
            Optional.empty(),
            false,
            By.AUTOMATION,
            trigger,
            Optional.of(prediction.cutoff(catalogue)),
            Optional.of(prediction.eventId() + "/" + resource.name()))
        .blaming(prediction.blame());
  }

  /// Automation asks for a running rollback of its own in the words in which it asked before.
  private Optional<RollbackMode> automaticMode(String rollback) {
    return RollbackRecords.of(records, rollback)
        .flatMap(RollbackRecords::intent)
        .filter(intent -> intent.by() == By.AUTOMATION)
        .map(Intent::mode);
  }

  private static RollbackRequest in(RollbackRequest request, Optional<RollbackMode> mode) {
    return new RollbackRequest(
        request.target(),
        request.to(),
        mode,
        request.allowDeletes(),
        request.by(),
        request.reason(),
        request.cutoff(),
        request.request(),
        request.toCell(),
        request.blame());
  }
}
