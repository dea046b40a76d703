package dev.gnomon.predict;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.logs.TemplateBook;
import dev.gnomon.core.prediction.ModelShelf;
import dev.gnomon.core.prediction.SubjectStates;
import dev.gnomon.core.prediction.Vitals;
import dev.gnomon.core.probes.ProbeBook;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.telemetry.SeriesStates;
import dev.gnomon.core.telemetry.alerts.AlertLog;
import dev.gnomon.runtime.health.Dependency;
import java.util.List;

/// What this module stands on. The deployable wires its own ([PredictWiring]); a process that
/// embeds it produces a bean of this type, which then takes its place.
///
/// @param records the control store
/// @param states of series, shared by all processes
/// @param subjects what the forecast remembers, shared by all processes
/// @param shelf trained models, in the control store
/// @param alerts what was told of them, in the control store
/// @param templates of log lines, shared by all processes
/// @param dependencies of these sources, for readiness
public record PredictSources(
    Catalogue catalogue,
    ControlRecords records,
    RouteTable routes,
    SeriesStates states,
    SubjectStates subjects,
    ModelShelf shelf,
    AlertLog alerts,
    Vitals.Board board,
    ProbeBook probes,
    TemplateBook templates,
    List<Dependency> dependencies) {
  public PredictSources {
    dependencies = List.copyOf(dependencies);
  }
}
