package dev.gnomon.bench.telemetry;

import java.util.Arrays;
import java.util.stream.IntStream;
import libsvm.svm;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.anomaly.AnomalyFactory;
import org.tribuo.anomaly.Event;
import org.tribuo.anomaly.libsvm.LibSVMAnomalyTrainer;
import org.tribuo.anomaly.libsvm.SVMAnomalyType;
import org.tribuo.anomaly.libsvm.SVMAnomalyType.SVMMode;
import org.tribuo.common.libsvm.KernelType;
import org.tribuo.common.libsvm.SVMParameters;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/// Tribuo's one-class support vector machine (Schölkopf et al., 2001) as it comes: a Gaussian
/// kernel over the value and its step, both in standard deviations of the rows it learnt from,
/// which are the last ones; it learns again every few rows.
final class OneClassSvm implements Detector {
  private static final int WINDOW = 288;
  private static final int LEAST_ROWS = 31;
  private static final int LEARN_EVERY = 24;
  private static final double NU = 0.05;
  private static final double GAMMA = 0.5;
  private static final double TINIEST = 1e-9;
  private static final String[] FEATURES = {"step", "value"};

  static {
    // It would tell each optimisation on standard output.
    svm.svm_set_print_string_function(text -> {});
  }

  private static final AnomalyFactory FACTORY = new AnomalyFactory();
  private static final SimpleDataSourceProvenance SOURCE =
      new SimpleDataSourceProvenance("rows of a series", FACTORY);

  @Override
  public double[] scores(LabelledSeries series) {
    int[] rows =
        IntStream.range(0, series.rows())
            .filter(row -> Double.isFinite(series.values()[row]))
            .toArray();
    double[] values = Arrays.stream(rows).mapToDouble(row -> series.values()[row]).toArray();
    double[] scores = new double[series.rows()];
    for (int start = LEAST_ROWS; start < values.length; start += LEARN_EVERY) {
      Learnt learnt = Learnt.from(Arrays.copyOfRange(values, Math.max(0, start - WINDOW), start));
      for (int i = start; i < Math.min(start + LEARN_EVERY, values.length); i++) {
        scores[rows[i]] = learnt.score(values[i - 1], values[i]);
      }
    }
    return scores;
  }

  private record Learnt(Model<Event> model, int rows, double mean, double deviation) {
    static Learnt from(double[] window) {
      SVMParameters<Event> parameters =
          new SVMParameters<>(new SVMAnomalyType(SVMMode.ONE_CLASS), KernelType.RBF);
      parameters.setNu(NU);
      parameters.setGamma(GAMMA);
      double mean = Arrays.stream(window).average().orElse(0);
      double variance =
          Arrays.stream(window).map(value -> (value - mean) * (value - mean)).average().orElse(0);
      double deviation = Math.sqrt(variance) + TINIEST;
      MutableDataset<Event> rows = new MutableDataset<>(SOURCE, FACTORY);
      for (int i = 1; i < window.length; i++) {
        rows.add(example(window[i - 1], window[i], mean, deviation));
      }
      return new Learnt(
          new LibSVMAnomalyTrainer(parameters).train(rows), rows.size(), mean, deviation);
    }

    private static Example<Event> example(
        double before, double value, double mean, double deviation) {
      return new ArrayExample<>(
          AnomalyFactory.EXPECTED_EVENT,
          FEATURES,
          new double[] {(value - before) / deviation, (value - mean) / deviation});
    }

    /// How far it is outside, by rows learnt from, as libsvm's figure grows with them; 0 inside.
    double score(double before, double value) {
      Event event = model.predict(example(before, value, mean, deviation)).getOutput();
      return Math.max(0, -event.getScore() / rows);
    }
  }
}
