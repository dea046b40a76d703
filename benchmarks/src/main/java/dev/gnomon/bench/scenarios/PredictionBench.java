package dev.gnomon.bench.scenarios;

import dev.gnomon.bench.harness.Bench;
import dev.gnomon.bench.harness.Contest;
import dev.gnomon.bench.harness.Measure;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.harness.Unit;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.core.catalogue.PredictionPolicy;
import dev.gnomon.core.prediction.Grading;
import dev.gnomon.core.prediction.ModelContent;
import dev.gnomon.core.prediction.ModelForm;
import dev.gnomon.core.prediction.Run;
import dev.gnomon.core.prediction.ShippedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// How true the probabilities are that the model that ships says: on the scenarios, in which nobody
/// acts, and, as it was measured when the model was trained, on simulated runs that were held back.
public final class PredictionBench implements Bench {
  private static final String SCENARIOS = "-scenarios";
  private static final String HELD_BACK = "-simulated-held-back";
  private static final long SEED = 1;
  private static final double ALARMS_A_WEEK = 1;

  private final List<Scenario> scenarios;

  public PredictionBench() {
    this(Scenarios.all());
  }

  PredictionBench(List<Scenario> scenarios) {
    this.scenarios = scenarios;
  }

  @Override
  public String name() {
    return "prediction";
  }

  @Override
  public String summary() {
    return "how true the probabilities of failure are, on scripted incidents and on held-back simulated runs";
  }

  @Override
  public List<String> peers() {
    return List.of();
  }

  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public Contest prepare(Setting setting) {
    List<Measure> measures = new ArrayList<>();
    for (String on : List.of(SCENARIOS, HELD_BACK)) {
      measures.add(Measure.of("brier" + on, Unit.SHARE));
      measures.add(Measure.of("brier-of-the-share" + on, Unit.SHARE));
      measures.add(Measure.of("calibration-error" + on, Unit.SHARE));
      measures.add(Measure.rate("recall-at-a-false-alarm-a-week" + on, Unit.SHARE));
      measures.add(Measure.rate("lead" + on, Unit.SECONDS));
      measures.add(Measure.rate("failures" + on, Unit.COUNT));
    }
    measures.add(Measure.rate("threshold" + SCENARIOS, Unit.SHARE));
    measures.add(Measure.rate("recall-announced" + SCENARIOS, Unit.SHARE));
    measures.add(Measure.of("false-alarms-a-week-announced" + SCENARIOS, Unit.COUNT));
    measures.add(Measure.rate("lead-announced" + SCENARIOS, Unit.SECONDS));
    return new Contest(measures, Optional.empty(), this::read, List.of());
  }

  private Readings read(Path directory)
      throws RoundFailedException, IOException, InterruptedException {
    List<DryRun.Told> told = told(directory);
    List<Run> runs = told.stream().map(DryRun.Told::run).toList();
    List<double[]> said = told.stream().map(DryRun.Told::said).toList();
    Grading grading = new Grading(runs, PredictionPolicy.DEFAULT.horizon());
    Grading.Alarms bounded = grading.alarmsAt(said, ALARMS_A_WEEK);
    Grading.Alarms announced = grading.alarms(said, PredictionPolicy.DEFAULT.shadowAt());
    Readings readings =
        Readings.NONE
            .with("brier" + SCENARIOS, grading.brier(said))
            .with("brier-of-the-share" + SCENARIOS, grading.baseBrier())
            .with("calibration-error" + SCENARIOS, grading.calibrationError(said))
            .with("recall-at-a-false-alarm-a-week" + SCENARIOS, bounded.recall())
            .with("lead" + SCENARIOS, bounded.leadSeconds())
            .with("failures" + SCENARIOS, bounded.failures())
            .with("threshold" + SCENARIOS, Math.min(1, bounded.threshold()))
            .with("recall-announced" + SCENARIOS, announced.recall())
            .with("false-alarms-a-week-announced" + SCENARIOS, announced.falseAlarmsAWeek())
            .with("lead-announced" + SCENARIOS, announced.leadSeconds());
    return shipped(readings);
  }

  private List<DryRun.Told> told(Path directory)
      throws IOException, RoundFailedException, InterruptedException {
    try (ExecutorService workers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      List<Future<DryRun.Told>> running = new ArrayList<>();
      for (Scenario scenario : scenarios) {
        Path root = Files.createDirectory(directory.resolve(scenario.name()));
        running.add(workers.submit(() -> new DryRun(scenario, SEED, root).told()));
      }
      List<DryRun.Told> told = new ArrayList<>();
      for (Future<DryRun.Told> one : running) {
        told.add(one.get());
      }
      return told;
    } catch (ExecutionException e) {
      throw new RoundFailedException("a scenario broke: " + e.getCause());
    }
  }

  private static Readings shipped(Readings readings) throws RoundFailedException {
    return switch (ShippedModel.read()) {
      case ModelContent.Read.Whole(ModelForm form) -> {
        ModelForm.Quality quality = form.quality();
        yield readings
            .with("brier" + HELD_BACK, quality.brier())
            .with("brier-of-the-share" + HELD_BACK, quality.baseBrier())
            .with("calibration-error" + HELD_BACK, quality.calibrationError())
            .with("recall-at-a-false-alarm-a-week" + HELD_BACK, quality.recall())
            .with("lead" + HELD_BACK, quality.leadSeconds())
            .with("failures" + HELD_BACK, quality.incidents());
      }
      case ModelContent.Read.Refused(String why) -> throw new RoundFailedException(why);
    };
  }
}
