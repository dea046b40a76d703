package dev.gnomon.tribuo;

import dev.gnomon.core.prediction.FailureTrainer;
import dev.gnomon.core.prediction.Feature;
import dev.gnomon.core.prediction.Features;
import dev.gnomon.core.prediction.ModelForm;
import dev.gnomon.core.prediction.ModelForm.Horizon;
import dev.gnomon.core.prediction.Ramp;
import dev.gnomon.core.prediction.Run;
import dev.gnomon.core.prediction.RunsHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.la.DenseMatrix;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/// Logistic regression over ramps, by stochastic gradients with AdaGrad (Duchi, Hazan and Singer
/// 2011). What makes trouble worse may not make a failure less likely, and more traffic alone not
/// more likely: ramps with such weights are taken out and the rest is learnt again. Then slope and
/// constants are fitted on runs that the weights were not learnt from (Platt 1999).
public final class TribuoTrainer implements FailureTrainer {
  /// What the weights are learnt for.
  public static final Duration HORIZON = Duration.ofMinutes(30);

  private static final String TRAINER = "Tribuo 4.3.2 LinearSGDTrainer (LogMulticlass, AdaGrad)";
  private static final Label FAILS = new Label("fails");
  private static final Label STAYS = new Label("stays");
  private static final long[] HORIZONS = {300, 900, 1_800, 3_600};
  private static final double RATE = 0.5;
  private static final int EPOCHS = 12;
  private static final int BATCH = 32;
  private static final int ROUNDS = 8;

  static {
    Logger.getLogger("org.tribuo").setLevel(Level.WARNING);
  }

  @Override
  public ModelForm train(List<Run> learn, List<Run> calibrate, String data, long seed) {
    check(learn);
    check(calibrate);
    List<Ramp> ramps = Ramps.all();
    double[] weights = learnt(learn, ramps, seed);
    for (int round = 0; round < ROUNDS; round++) {
      List<Ramp> kept = new ArrayList<>();
      for (int i = 0; i < weights.length; i++) {
        if (Ramps.allowed(ramps.get(i), weights[i])) {
          kept.add(ramps.get(i));
        }
      }
      if (kept.size() == ramps.size()) {
        break;
      }
      ramps = kept;
      weights = learnt(learn, ramps, seed);
    }
    List<Ramp> weighted = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      if (Ramps.allowed(ramps.get(i), weights[i])) {
        weighted.add(with(ramps.get(i), weights[i]));
      }
    }
    return calibrated(weighted, learn, calibrate, data, seed);
  }

  private static void check(List<Run> runs) {
    long failing = rows(runs).filter(row -> fails(row, HORIZON.toSeconds())).count();
    long all = rows(runs).count();
    if (failing == 0 || failing == all) {
      throw new IllegalArgumentException(
          "%d of %d rows come before a failure: expected some and not all".formatted(failing, all));
    }
  }

  private static java.util.stream.Stream<Run.Row> rows(List<Run> runs) {
    return runs.stream().flatMap(run -> run.rows().stream());
  }

  private static boolean fails(Run.Row row, double seconds) {
    OptionalDouble left = row.secondsToFailure();
    return left.isPresent() && left.getAsDouble() <= seconds;
  }

  private static double[] learnt(List<Run> runs, List<Ramp> ramps, long seed) {
    LabelFactory factory = new LabelFactory();
    MutableDataset<Label> data =
        new MutableDataset<>(new SimpleDataSourceProvenance("runs", factory), factory);
    String[] names = new String[ramps.size()];
    for (int i = 0; i < names.length; i++) {
      // Tribuo orders features by name, and reads no order into them.
      names[i] = "ramp-%03d".formatted(i);
    }
    rows(runs)
        .forEach(row -> {
          ArrayExample<Label> example =
              new ArrayExample<>(fails(row, HORIZON.toSeconds()) ? FAILS : STAYS);
          double[] heights = heights(row.features(), ramps);
          example.add("any", 1);
          for (int i = 0; i < heights.length; i++) {
            if (heights[i] > 0) {
              example.add(names[i], heights[i]);
            }
          }
          data.add(example);
        });
    LinearSGDModel model =
        new LinearSGDTrainer(new LogMulticlass(), new AdaGrad(RATE), EPOCHS, -1, BATCH, seed)
            .train(data);
    DenseMatrix matrix = model.getWeightsCopy();
    int fails = model.getOutputIDInfo().getID(FAILS);
    int stays = model.getOutputIDInfo().getID(STAYS);
    double[] weights = new double[names.length];
    for (int i = 0; i < names.length; i++) {
      int id = model.getFeatureIDMap().getID(names[i]);
      weights[i] = id < 0 ? 0 : matrix.get(fails, id) - matrix.get(stays, id);
    }
    return weights;
  }

  private static double[] heights(Features features, List<Ramp> ramps) {
    double[] heights = new double[ramps.size()];
    for (int i = 0; i < heights.length; i++) {
      Ramp ramp = ramps.get(i);
      OptionalDouble value = features.of(feature(ramp));
      heights[i] = value.isPresent() ? ramp.height(value.getAsDouble()) : 0;
    }
    return heights;
  }

  private static Feature feature(Ramp ramp) {
    return Ramps.feature(ramp);
  }

  private static Ramp with(Ramp ramp, double weight) {
    double bounded = Math.clamp(weight, -Ramps.MOST_EXPLAINED, Ramps.MOST_ADDED);
    return new Ramp(ramp.feature(), ramp.from(), ramp.to(), bounded);
  }

  private static ModelForm calibrated(
      List<Ramp> ramps, List<Run> learn, List<Run> calibrate, String data, long seed) {
    List<Run.Row> rows = rows(calibrate).toList();
    double[] sums = new double[rows.size()];
    for (int i = 0; i < sums.length; i++) {
      double[] heights = heights(rows.get(i).features(), ramps);
      for (int j = 0; j < heights.length; j++) {
        sums[i] += heights[j] * ramps.get(j).weight();
      }
    }
    double slope = LogisticLine.fit(sums, outcomes(rows, HORIZON.toSeconds())).slope();
    List<Horizon> horizons = new ArrayList<>();
    double before = Double.NEGATIVE_INFINITY;
    for (long seconds : HORIZONS) {
      double constant = LogisticLine.constant(sums, outcomes(rows, seconds), slope);
      before = Math.max(before, constant);
      horizons.add(new Horizon(seconds, before));
    }
    List<Ramp> scaled =
        ramps.stream()
            .map(ramp -> new Ramp(ramp.feature(), ramp.from(), ramp.to(), ramp.weight() * slope))
            .toList();
    ModelForm.TrainedOn trainedOn =
        new ModelForm.TrainedOn(
            data,
            RunsHash.of(learn),
            rows(learn).count(),
            learn.stream().filter(run -> failing(run)).count(),
            seed,
            TRAINER);
    return new ModelForm(
        ModelForm.FORMAT, horizons, scaled, trainedOn, ModelForm.Quality.UNMEASURED);
  }

  private static boolean failing(Run run) {
    return run.rows().stream().anyMatch(row -> row.secondsToFailure().isPresent());
  }

  private static boolean[] outcomes(List<Run.Row> rows, double seconds) {
    boolean[] outcomes = new boolean[rows.size()];
    for (int i = 0; i < outcomes.length; i++) {
      outcomes[i] = fails(rows.get(i), seconds);
    }
    return outcomes;
  }
}
