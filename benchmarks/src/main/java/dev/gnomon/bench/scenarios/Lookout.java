package dev.gnomon.bench.scenarios;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.PredictionPolicy;
import dev.gnomon.core.prediction.Estimate;
import dev.gnomon.core.prediction.Foreseen;
import dev.gnomon.core.prediction.FusedForecast;
import dev.gnomon.core.prediction.MemorySubjectStates;
import dev.gnomon.core.prediction.ModelInUse;
import dev.gnomon.core.prediction.ModelShelf;
import dev.gnomon.core.prediction.Serving;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.prediction.SubjectStates;
import dev.gnomon.core.prediction.Vitals;
import dev.gnomon.core.probes.MemoryProbeBook;
import dev.gnomon.core.probes.Probed;
import dev.gnomon.core.probes.WatchCells;
import dev.gnomon.core.telemetry.MemorySeriesStates;
import dev.gnomon.core.telemetry.ObserveSamples;
import dev.gnomon.core.telemetry.Outcome;
import dev.gnomon.core.telemetry.Sample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The part of an installation that measures and foresees, as the deployable `predict` puts it
/// together, with states in memory and the model that ships. Not thread-safe.
final class Lookout {
  private static final int SERIES = 1_000;

  private final VirtualClock clock;
  private final FusedForecast forecast;
  private final ObserveSamples observe;
  private final WatchCells cells;
  private int scored;

  Lookout(Catalogue catalogue, Vitals.Board board, VirtualClock clock) {
    this.clock = clock;
    SubjectStates states = new MemorySubjectStates(SERIES);
    Serving shipped = ModelShelf.shipped(List.of());
    this.forecast =
        new FusedForecast(states, new ModelInUse(() -> shipped, states), PredictionPolicy.DEFAULT);
    this.observe =
        new ObserveSamples(
            catalogue, new MemorySeriesStates(SERIES, clock::look), board, Optional.of(forecast));
    this.cells = new WatchCells(catalogue, new MemoryProbeBook());
  }

  List<Foreseen> telemetry(List<Sample> samples, Instant now) {
    ObserveSamples.Observed observed = observe.observe(samples, now);
    scored += observed.counts().getOrDefault(Outcome.SCORED, 0);
    return observed.foreseen();
  }

  List<Foreseen> probe(Probed probed, Instant now) {
    WatchCells.Watched watched = cells.observe(probed, now);
    List<Foreseen> foreseen = new ArrayList<>();
    watched.foreseen().ifPresent(one -> foreseen.add(forecast.seen(one, now)));
    foreseen.addAll(observe.observe(watched.samples(), now).foreseen());
    return foreseen;
  }

  List<Foreseen> sweep(Instant now) {
    return observe.sweep(now);
  }

  /// Samples of metrics that were scored since this was asked last.
  int scored() {
    int since = scored;
    scored = 0;
    return since;
  }

  void changed(Subject subject, Instant at) {
    forecast.changed(subject, at);
  }

  /// What is thought of a subject now; 0 if nothing is.
  double probability(Subject subject) {
    return forecast.estimate(subject, clock.look()).map(Estimate::probability).orElse(0.0);
  }
}
