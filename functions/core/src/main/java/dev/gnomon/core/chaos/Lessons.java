package dev.gnomon.core.chaos;

import dev.gnomon.core.catalogue.MeritWeights;
import dev.gnomon.core.chaos.ChaosRecords.Begun;
import dev.gnomon.core.chaos.ChaosRecords.Noticed;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.RefineWeights;
import dev.gnomon.core.merit.WeightsChange;
import dev.gnomon.core.merit.WeightsChange.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Lets the weights of merit learn from an experiment: what it should have noticed and did not is
/// missed, what was moved without a reason is a false alarm. An experiment counts once, however
/// often this is called.
///
/// How long its rollbacks took needs no lesson: `Estimates` reads the records of rollbacks, each
/// once, those of experiments like any other.
public final class Lessons {
  private final RefineWeights weights;
  private final MeritWeights configured;

  public Lessons(RefineWeights weights, MeritWeights configured) {
    this.weights = weights;
    this.configured = configured;
  }

  /// @param places what merit said when it was lowest
  static List<WeightsChange.Outcome> of(
      Begun begun, Outcome outcome, ChaosRecords records, Places places) {
    String id = begun.experiment().id();
    List<WeightsChange.Outcome> lessons = new ArrayList<>();
    Optional<Duration> within = begun.experiment().expected().noticed();
    for (ResourceName resource : RecordedEffects.mayMove(begun)) {
      Optional<Noticed> noticed = records.noticed(id, resource);
      boolean inTime =
          noticed.isPresent()
              && (within.isEmpty()
                  || !noticed.get().time().isAfter(begun.from().plus(within.get())));
      if (inTime) {
        lessons.add(
            new WeightsChange.Outcome(key(id, resource), Verdict.RIGHT, noticed.get().penalties()));
      } else if (within.isPresent() && hadItsTime(begun, outcome, records, within.get())) {
        noticed
            .map(Noticed::penalties)
            .or(() -> places.of(resource).map(Places.Reading::penalties))
            .ifPresent(penalties ->
                lessons.add(
                    new WeightsChange.Outcome(key(id, resource), Verdict.MISSED, penalties)));
      }
    }
    outcome.effects().stream()
        .flatMap(effects -> effects.falseSwitches().stream())
        .flatMap(rollback -> moved(begun, rollback).stream())
        .distinct()
        .forEach(resource ->
            records
                .noticed(id, resource)
                .ifPresent(noticed ->
                    lessons.add(
                        new WeightsChange.Outcome(
                            key(id, resource), Verdict.FALSE_ALARM, noticed.penalties()))));
    return lessons;
  }

  /// Whether the trouble was felt, and for as long as it might take to notice it: nobody misses
  /// what was taken back before.
  private static boolean hadItsTime(
      Begun begun, Outcome outcome, ChaosRecords records, Duration within) {
    boolean felt = outcome.effects().filter(effects -> effects.touched() > 0).isPresent();
    return felt
        && records
            .stop(begun.experiment().id())
            .filter(stop -> stop.time().isBefore(begun.from().plus(within)))
            .isEmpty();
  }

  private static Optional<ResourceName> moved(Begun begun, String rollback) {
    return begun.baseline().stream()
        .map(ChaosRecords.Served::resource)
        .filter(resource -> rollback.matches("\\Q" + resource + "\\E-e[0-9]+"))
        .findFirst();
  }

  private static String key(String id, ResourceName resource) {
    return id + "/" + resource;
  }

  /// @return what was changed; empty if nothing was, or it was before
  Optional<WeightsChange> learn(String id, List<WeightsChange.Outcome> lessons) {
    return lessons.isEmpty()
        ? Optional.empty()
        : weights.refine(configured, "experiment " + id, lessons);
  }
}
