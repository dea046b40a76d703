package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.PredictionPolicy;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.FirstRoutes;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.PointKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Asks for a fresh shadow of a resource that is at risk: one for each trouble, however many
/// predictions tell of it, twice or at once. What was asked for stands in `risks/<resource>/<n>`,
/// of which each number has one winner. Thread-safe.
final class FreshShadows {
  /// After a shadow nothing is asked for so long, whatever is predicted: predictors that differ
  /// about the onset of one trouble would each get one.
  static final Duration REST = Duration.ofMinutes(15);

  private final Catalogue catalogue;
  private final ControlRecords records;
  private final FirstRoutes firstRoutes;
  private final Pause pause;
  private final CellStores stores;
  private final PredictionPolicy policy;
  private final Map<ResourceName, RecordLog<AtRisk>> logs = new ConcurrentHashMap<>();

  FreshShadows(
      Catalogue catalogue,
      ControlRecords records,
      FirstRoutes firstRoutes,
      Pause pause,
      CellStores stores,
      PredictionPolicy policy) {
    this.catalogue = catalogue;
    this.records = records;
    this.firstRoutes = firstRoutes;
    this.pause = pause;
    this.stores = stores;
    this.policy = policy;
  }

  /// `risks/<resource>/<n>`: a shadow was asked for.
  ///
  /// @param event the prediction
  /// @param onset of the trouble
  /// @param likelihood of the failure, in [0,1]
  record AtRisk(String event, Instant onset, double likelihood, Instant time) {}

  /// The shadow that follows from a prediction beside what was decided; the same prediction again
  /// finds the same one.
  Optional<Fact> after(Prediction prediction, Resource resource, Question question, Decision made) {
    boolean wanted =
        made.action() == Decision.Action.PRE_STAGED || prediction.likelihood() >= policy.shadowAt();
    if (!wanted
        || prediction.confidence() <= 0
        || made.rollback().isPresent()
        || question.against().filter(FreshShadows::isDealtWith).isPresent()
        || resource.automation() == Automation.OBSERVE
        || pause.paused()
        || moves(resource)) {
      return Optional.empty();
    }
    return number(prediction, resource)
        .map(number ->
            new Fact.ShadowWanted(
                log(resource).name(number),
                resource.name(),
                PointKind.PREDICTED,
                Optional.empty()));
  }

  /// That a prediction is too unsure for a rollback is no reason against a shadow.
  private static boolean isDealtWith(String against) {
    return !against.contains(Weigh.MIN_CONFIDENCE);
  }

  /// A capture of what is being rolled back would be refused.
  private boolean moves(Resource resource) {
    Route route = firstRoutes.of(resource);
    return route.state() == RouteState.FROZEN
        || new Running(records).of(resource.name(), route).isPresent();
  }

  /// Number of the record that stands for this trouble, if it is this prediction's.
  private Optional<Long> number(Prediction prediction, Resource resource) {
    RecordLog<AtRisk> log = log(resource);
    AtRisk mine =
        new AtRisk(
            prediction.eventId(), prediction.onset(), prediction.likelihood(), records.time());
    while (true) {
      Optional<Numbered<AtRisk>> last = log.last();
      if (last.isPresent() && last.get().record().event().equals(mine.event())) {
        return Optional.of(last.get().number());
      }
      if (last.isPresent() && answers(last.get().record(), mine, resource)) {
        return Optional.empty();
      }
      long next = last.map(Numbered::number).orElse(0L) + 1;
      if (log.append(next, mine).record().equals(mine)) {
        return Optional.of(next);
      }
    }
  }

  private boolean answers(AtRisk before, AtRisk now, Resource resource) {
    boolean rests = now.time().isBefore(before.time().plus(REST));
    boolean same = !now.onset().isAfter(before.time());
    return rests || (same && taken(before, resource));
  }

  /// Whether a point came of it: a pause, or a rollback, may have been in the way.
  private boolean taken(AtRisk before, Resource resource) {
    Instant from = before.time().minus(catalogue.clockTolerance());
    return resource.shadows().stream()
        .map(ShadowSpec::cell)
        .distinct()
        .flatMap(cell -> stores.shadows(cell).points(resource.name()).stream())
        .anyMatch(point -> point.kind() == PointKind.PREDICTED && !point.time().isBefore(from));
  }

  private RecordLog<AtRisk> log(Resource resource) {
    return logs.computeIfAbsent(
        resource.name(), name -> new RecordLog<>(records, "risks/" + name, AtRisk.class));
  }
}
