package dev.gnomon.core.chaos;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.ChaosPolicy;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What has to hold of an experiment before it may make trouble here. Pure.
///
/// @param grace how long garbage is kept: a wrong clock must stay far below it
public record ChaosRules(Catalogue catalogue, Duration grace) {
  /// A wrong clock may use up at most this part of the grace time.
  private static final int SKEW_PART = 4;

  /// Why it may not, a sentence each; none: it may.
  public List<String> against(Experiment experiment) {
    ChaosPolicy policy = catalogue.policies().chaos();
    if (!policy.allowed()) {
      return List.of(
          "experiments are not allowed here: expected `chaos: {allowed: true}` in gnomon.yaml");
    }
    List<String> against = new ArrayList<>();
    Optional<CellName> cell = experiment.trouble().cell();
    if (cell.isPresent() && catalogue.cell(cell.get()).isEmpty()) {
      against.add("unknown cell '" + cell.get() + "'");
    } else if (cell.isPresent() && !policy.allows(cell.get())) {
      against.add(
          "experiments are not allowed in cell %s: chaos.cells of gnomon.yaml has %s"
              .formatted(cell.get(), policy.cells()));
    }
    experiment
        .expected()
        .noticed()
        .ifPresent(within -> {
          if (within.compareTo(experiment.lasts()) > 0) {
            against.add(
                "it can't be noticed after it: noticed is %s, lasts is %s"
                    .formatted(within, experiment.lasts()));
          }
          if (cell.isEmpty() && experiment.expected().moves().orElse(List.of()).isEmpty()) {
            against.add(
                "nobody can notice it: the trouble happens to no cell, so expect.moves has to say which"
                    + " resources suffer");
          }
        });
    for (ResourceName name : experiment.expected().moves().orElse(List.of())) {
      if (catalogue.resource(name).isEmpty()) {
        against.add("unknown resource '" + name + "'");
      }
    }
    if (experiment.trouble() instanceof Trouble.ClockSkew skew
        && skew.by().abs().compareTo(grace.dividedBy(SKEW_PART)) > 0) {
      against.add(
          "the clock may be wrong by at most %s, a quarter of the grace time, found %s"
              .formatted(grace.dividedBy(SKEW_PART), skew.by()));
    }
    if (experiment.trouble() instanceof Trouble.ClockSkew skew
        && skew.at().equals(catalogue.control())) {
      against.add(
          "the clock of cell %s can't be wrong on purpose: its times are kept in the control records"
              .formatted(skew.at()));
    }
    return against;
  }
}
