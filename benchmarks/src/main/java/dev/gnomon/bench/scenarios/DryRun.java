package dev.gnomon.bench.scenarios;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.prediction.Feature;
import dev.gnomon.core.prediction.Features;
import dev.gnomon.core.prediction.MemoryVitals;
import dev.gnomon.core.prediction.Run;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.probes.Probed;
import dev.gnomon.core.telemetry.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/// A scenario in which nobody acts: what is said of `orders`, and of the cell that it is served
/// from, at each round of samples until users are failed. Not thread-safe.
public final class DryRun {
  private static final int BEFORE_MINUTES = 12 * 60;
  private static final int PROBED_MINUTES = 8 * 60;

  private final Scenario scenario;
  private final VirtualClock clock;
  private final Lookout lookout;
  private final Plant plant;
  private final Vantages vantages;
  private final Instant onset;
  private final List<Instant> times = new ArrayList<>();
  private final List<Double> said = new ArrayList<>();
  private OptionalDouble failed = OptionalDouble.empty();

  DryRun(Scenario scenario, long seed, Path root) throws IOException {
    this.scenario = scenario;
    Random chances = new Random(seed * 31 + scenario.name().hashCode());
    Instant begin = Rehearsal.EPOCH.plus(Duration.ofHours(6 + chances.nextInt(14)));
    this.onset = begin.plus(Duration.ofDays(scenario.history()));
    this.clock = new VirtualClock(begin.minusSeconds(60));
    this.lookout =
        new Lookout(
            new Shop(root, false).catalogue,
            new MemoryVitals(clock::look, Duration.ofMinutes(10)),
            clock);
    chances.nextLong(); // As a rehearsal draws, so that both see the same samples.
    this.plant = new Plant(chances.nextLong());
    this.vantages = new Vantages(chances.nextLong());
  }

  /// What was said, and what came of it.
  ///
  /// @param said probabilities, one a row
  public record Told(Run run, double[] said) {}

  Told told() {
    for (int minute = -scenario.history() * 24 * 60;
        minute < scenario.minutes() && failed.isEmpty();
        minute++) {
      minute(minute);
    }
    List<Run.Row> rows = new ArrayList<>();
    for (Instant time : times) {
      OptionalDouble left =
          failed.isEmpty()
              ? OptionalDouble.empty()
              : OptionalDouble.of(
                  failed.getAsDouble() * 60 - Duration.between(onset, time).toSeconds());
      rows.add(new Run.Row(unknown(), time, left));
    }
    double seconds =
        times.isEmpty()
            ? 0
            : Duration.between(times.getFirst(), times.getLast()).toSeconds()
                + Usual.CADENCE_SECONDS;
    return new Told(
        new Run(scenario.name(), rows, seconds),
        said.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /// Only what was said is graded.
  private static Features unknown() {
    double[] none = new double[Feature.values().length];
    Arrays.fill(none, Double.NaN);
    return new Features(none, Optional.empty(), 0, List.of());
  }

  private void minute(int minute) {
    Instant now = onset.plusSeconds(60L * minute);
    clock.set(now);
    Strain strain = new Strain();
    if (minute >= 0) {
      scenario.script().at(minute, scenario.dials(), strain);
    }
    if (strain.deploys) {
      lookout.changed(orders(), now);
    }
    List<Sample> samples = new ArrayList<>();
    for (String service : Plant.SERVICES) {
      boolean struck = minute >= 0 && (service.equals("orders") || strain.both || strain.dead);
      Plant.Seen seen =
          plant.minute(
              new Plant.Served(service, struck, struck, !strain.dead), strain, now, samples);
      if (service.equals("orders") && seen.would() && failed.isEmpty()) {
        failed = OptionalDouble.of(minute);
      }
    }
    if (failed.isPresent()) {
      return;
    }
    plant.machines("east", true, strain, now, samples);
    plant.machines("west", false, strain, now, samples);
    if (minute >= -PROBED_MINUTES) {
      probe(strain, now);
    }
    if (Math.floorMod(minute, (int) (Usual.CADENCE_SECONDS / 60)) == 0) {
      var unused = lookout.telemetry(plant.sent(samples, strain), now);
      if (minute >= -BEFORE_MINUTES) {
        times.add(now);
        said.add(
            Math.max(
                lookout.probability(orders()), lookout.probability(new Subject.OfCell(Shop.EAST))));
      }
    }
  }

  private void probe(Strain strain, Instant now) {
    for (int second = 0; second < 60; second += Vantages.EVERY_SECONDS) {
      for (Probed probed : vantages.look(strain, now.plusSeconds(second))) {
        var unused = lookout.probe(probed, now.plusSeconds(second));
      }
    }
  }

  private static Subject orders() {
    return new Subject.OfResource(new ResourceName("orders"));
  }
}
