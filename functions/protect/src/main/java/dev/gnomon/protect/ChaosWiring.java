package dev.gnomon.protect;

import dev.gnomon.core.automation.DecisionLog;
import dev.gnomon.core.automation.Pause;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.chaos.ChaosRecords;
import dev.gnomon.core.chaos.ChaosRules;
import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.chaos.Lessons;
import dev.gnomon.core.chaos.Places;
import dev.gnomon.core.chaos.RecordedEffects;
import dev.gnomon.core.chaos.RunExperiments;
import dev.gnomon.core.chaos.SteadyState;
import dev.gnomon.core.chaos.TroubledEvents;
import dev.gnomon.core.chaos.WatchTrouble;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.merit.Appraisal;
import dev.gnomon.core.merit.Factor;
import dev.gnomon.core.merit.RefineWeights;
import dev.gnomon.core.merit.Standing;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.runtime.EventTrouble;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/// Puts experiments together. They read and write past the trouble that they make.
@Singleton
class ChaosWiring {
  @Produces
  @Singleton
  ChaosRecords chaosRecords(Untroubled untroubled) {
    return new ChaosRecords(untroubled.records());
  }

  @Produces
  @Singleton
  WatchTrouble watchTrouble(ChaosRecords records, Injected injected) {
    return new WatchTrouble(
        records,
        injected,
        "%s-%d-%s"
            .formatted(
                HostName.get().replaceAll("[^A-Za-z0-9.-]", "-"),
                ProcessHandle.current().pid(),
                UUID.randomUUID().toString().substring(0, 8)));
  }

  @Produces
  @Singleton
  EventTrouble eventTrouble(Injected injected) {
    return new TroubledSink(
        injected, new TroubledEvents(injected, () -> ThreadLocalRandom.current().nextLong()));
  }

  @Produces
  @Singleton
  RunExperiments runExperiments(
      Catalogue catalogue,
      Untroubled untroubled,
      ChaosRecords chaos,
      MeritWatch merit,
      RefineWeights weights,
      Pause pause,
      ExperimentNotices notices,
      ProtectSettings settings) {
    ControlRecords records = untroubled.records();
    RouteTable routes = new RouteTable(records, RouteIndex.none());
    Places places = resource -> merit.of(resource).flatMap(one -> reading(one.serving()));
    return new RunExperiments(
        catalogue,
        new ChaosRules(catalogue, settings.grace()),
        chaos,
        routes,
        new SteadyState(
            catalogue,
            routes,
            new Running(records),
            new OpenWork(untroubled.control(), records),
            places),
        new RecordedEffects(records, routes, new DecisionLog(records), chaos),
        places,
        new Lessons(weights, catalogue.policies().merit().weights()),
        pause,
        notices);
  }

  /// Merit that rests on cost and age alone says nothing of how a place does.
  private static Optional<Places.Reading> reading(Standing serving) {
    Map<Factor, Double> penalties =
        serving.appraisal().parts().stream()
            .collect(Collectors.toMap(Appraisal.Part::factor, Appraisal.Part::penalty));
    return Optional.of(new Places.Reading(serving.merit().value(), penalties))
        .filter(Places.Reading::isMeasured);
  }
}
