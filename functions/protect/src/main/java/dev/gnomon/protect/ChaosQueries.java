package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.chaos.ChaosRecords;
import dev.gnomon.core.chaos.ChaosRecords.Begun;
import dev.gnomon.core.chaos.ChaosRecords.Request;
import dev.gnomon.core.chaos.ChaosRecords.Stop;
import dev.gnomon.core.chaos.Experiment;
import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.chaos.Outcome;
import dev.gnomon.core.chaos.RunExperiments;
import dev.gnomon.core.chaos.Trouble;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRoutes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Experiments, for people: what goes on, what came of them, and the end of one.
@ApplicationScoped
class ChaosQueries implements ApiRoutes {
  private static final int MAX_SHOWN = 100;

  private final Catalogue catalogue;
  private final ChaosRecords records;
  private final RunExperiments experiments;
  private final Injected injected;

  @Inject
  ChaosQueries(
      Catalogue catalogue, ChaosRecords records, RunExperiments experiments, Injected injected) {
    this.catalogue = catalogue;
    this.records = records;
    this.experiments = experiments;
    this.injected = injected;
  }

  /// @param state asked, running, settling, passed, failed, stopped or refused
  record Line(
      String id,
      String name,
      String trouble,
      String state,
      String by,
      Instant asked,
      Optional<Instant> from,
      Optional<Instant> until,
      Optional<Stop> stop,
      Optional<Outcome> outcome) {}

  /// @param cells that trouble may be made in
  /// @param going id of the one that goes on
  record Overview(
      boolean allowed, List<CellName> cells, Optional<String> going, List<Line> experiments) {}

  /// @param trouble what this process suffers now, as the records write it
  record Now(Optional<String> experiment, Optional<Trouble> trouble) {}

  record Steady(List<String> against) {}

  record Stopping(Optional<String> by) {}

  record Stopped(List<String> stopped) {}

  @Override
  public void register(Api api) {
    api.get("/chaos", request -> Answer.of(overview()));
    api.get("/chaos/now", request -> Answer.of(new Now(injected.experiment(), injected.now())));
    api.get(
        "/chaos/steady",
        request ->
            Answer.of(
                new Steady(
                    experiments.notSteady(
                        request
                            .query("merit", Double::parseDouble)
                            .orElse(Experiment.Expected.DEFAULT.merit())))));
    api.get(
        "/chaos/:id",
        request -> {
          String id = request.path("id", Experiment::checkedId);
          return Answer.found(line(id), "experiment " + id);
        });
    api.post(
        "/chaos/stop",
        Stopping.class,
        (request, wanted) ->
            Answer.of(
                new Stopped(
                    experiments.going().map(going -> going.experiment().id()).stream()
                        .filter(id -> stopped(id, wanted))
                        .toList())));
    api.post(
        "/chaos/:id/stop",
        Stopping.class,
        (request, wanted) -> {
          String id = request.path("id", Experiment::checkedId);
          return Answer.found(
              stopped(id, wanted)
                  ? Optional.of(new Stopped(List.of(id)))
                  : line(id).map(known -> new Stopped(List.of())),
              "experiment " + id);
        });
  }

  private Overview overview() {
    Map<String, Begun> begun =
        records.begun(MAX_SHOWN).stream()
            .collect(Collectors.toMap(one -> one.experiment().id(), one -> one));
    return new Overview(
        catalogue.policies().chaos().allowed(),
        catalogue.cells().stream()
            .map(Cell::name)
            .filter(catalogue.policies().chaos()::allows)
            .toList(),
        experiments.going().map(going -> going.experiment().id()),
        records.asked().stream()
            .flatMap(id -> line(id, () -> Optional.ofNullable(begun.get(id))).stream())
            .sorted(Comparator.comparing(Line::asked).reversed())
            .limit(MAX_SHOWN)
            .toList());
  }

  private boolean stopped(String id, Stopping wanted) {
    return experiments.stop(id, wanted.by().orElse("a person"), "a person stopped it").isPresent();
  }

  private Optional<Line> line(String id) {
    return line(id, () -> records.begun(id));
  }

  private Optional<Line> line(String id, Supplier<Optional<Begun>> known) {
    Optional<Request> asked = records.request(id);
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    Experiment experiment = asked.get().experiment();
    Optional<Outcome> outcome = records.outcome(id);
    Optional<Begun> begun =
        outcome.filter(one -> one.verdict() == Outcome.Verdict.REFUSED).isPresent()
            ? Optional.empty()
            : known.get();
    Optional<Stop> stop = begun.isPresent() ? records.stop(id) : Optional.empty();
    return Optional.of(
        new Line(
            id,
            experiment.name(),
            experiment.trouble().says(),
            state(begun, stop, outcome),
            experiment.by(),
            asked.get().time(),
            begun.map(Begun::from),
            begun.map(Begun::until),
            stop,
            outcome));
  }

  private String state(Optional<Begun> begun, Optional<Stop> stop, Optional<Outcome> outcome) {
    if (outcome.isPresent()) {
      return outcome.get().verdict().name().toLowerCase(Locale.ROOT);
    }
    if (begun.isEmpty()) {
      return "asked";
    }
    return stop.isPresent() || !records.time().isBefore(begun.get().until())
        ? "settling"
        : "running";
  }
}
