package dev.gnomon.core.prediction;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What came of estimates, and what that says about the next ones.
///
/// Outcomes are counted in classes of the log-odds that were said, and fade, so that the last
/// [#MEMORY] or so count. From them a line over the log-odds is fitted (Platt, "Probabilistic
/// outputs for support vector machines", 1999; here penalised towards a prior: the mode of the
/// posterior where shift and slope are normal around it), and tested: the z-statistic of
/// Spiegelhalter ("Probabilistic prediction in patient management and clinical trials", 1986) of
/// the corrected estimates is their distance from being calibrated, in standard deviations. Not
/// thread-safe.
public final class Calibration {
  /// No correction.
  static final Line NONE = new Line(0, 1);

  /// Outcomes that are remembered, about.
  static final double MEMORY = 2_000;

  /// Fewer leave the prior as it is, and show no drift.
  static final double LEAST = 50;

  /// Beyond so many standard deviations the model does not fit what happens here.
  static final double DRIFTED = 4;

  /// Outcomes that the distance from calibrated is counted over, about: what was said before the
  /// line was corrected must not keep a model away for weeks.
  static final double DRIFT_MEMORY = 500;

  /// It serves again when it is this near.
  static final double MENDED = 2;

  static final int BYTES = 1 + (2 * Calibration.CLASSES + 5) * Double.BYTES + 1 + Integer.BYTES;

  private static final byte VERSION = 2;
  private static final int CLASSES = 48;
  private static final double HIGHEST = 12;

  /// One standard deviation of the prior: failures are 4.5 times as frequent, or as rare.
  private static final double SHIFT_WIDTH = 1.5;

  private static final double SLOPE_WIDTH = 0.25;
  private static final double MOST_SHIFT = 8;
  private static final double LEAST_SLOPE = 0.3;
  private static final double MOST_SLOPE = 2;
  private static final int STEPS = 50;

  /// In one step: where outcomes are far from the prior, Newton's steps would overshoot for ever.
  private static final double MOST_MOVED = 0.5;

  private static final double MOST_TURNED = 0.1;

  /// Of many estimates near 0, a single surprise must not look like a drift.
  private static final double LEAST_VARIANCE = 1;

  private final Line prior;
  private @Nullable Line fitted;
  private final double[] counts = new double[CLASSES];
  private final double[] failures = new double[CLASSES];
  private double squaredError;
  private double deviation;
  private double variance;
  private double outcomes;
  private double ever;
  private boolean drifted;

  /// @param prior what holds until there are outcomes
  public Calibration(Line prior) {
    this.prior = prior;
  }

  /// That nothing has to be corrected until outcomes say so.
  public Calibration() {
    this(NONE);
  }

  /// A correction: `shift + slope · logOdds`.
  public record Line(double shift, double slope) {
    double of(double logOdds) {
      return shift + slope * logOdds;
    }
  }

  /// Takes an outcome in.
  ///
  /// @param logOdds as the model said, not corrected
  public void outcome(double logOdds, boolean failed) {
    Line line = line();
    double said = probability(line.of(logOdds));
    double seen = failed ? 1 : 0;
    fade();
    fitted = null;
    squaredError += (said - seen) * (said - seen);
    deviation += (seen - said) * (1 - 2 * said);
    variance += (1 - 2 * said) * (1 - 2 * said) * said * (1 - said);
    outcomes += 1;
    ever += 1;
    int at = (int) Math.clamp((logOdds + HIGHEST) / (2 * HIGHEST) * CLASSES, 0, CLASSES - 1);
    counts[at] += 1;
    failures[at] += seen;
    double z = Math.abs(z());
    drifted = drifted ? z > MENDED : outcomes >= LEAST && z > DRIFTED;
  }

  private void fade() {
    double keep = 1 - 1 / MEMORY;
    for (int i = 0; i < CLASSES; i++) {
      counts[i] *= keep;
      failures[i] *= keep;
    }
    squaredError *= keep;
    deviation *= 1 - 1 / DRIFT_MEMORY;
    variance *= 1 - 1 / DRIFT_MEMORY;
    outcomes *= keep;
  }

  /// The correction that the outcomes ask for; the prior while they are few.
  public Line line() {
    if (fitted == null) {
      fitted = outcomes < LEAST ? prior : fitted();
    }
    return fitted;
  }

  /// Newton's method on the penalised likelihood.
  private Line fitted() {
    double shift = prior.shift();
    double slope = prior.slope();
    for (int step = 0; step < STEPS; step++) {
      double gradShift = (prior.shift() - shift) / (SHIFT_WIDTH * SHIFT_WIDTH);
      double gradSlope = (prior.slope() - slope) / (SLOPE_WIDTH * SLOPE_WIDTH);
      double shiftShift = 1 / (SHIFT_WIDTH * SHIFT_WIDTH);
      double slopeSlope = 1 / (SLOPE_WIDTH * SLOPE_WIDTH);
      double both = 0;
      for (int i = 0; i < CLASSES; i++) {
        double x = (i + 0.5) / CLASSES * 2 * HIGHEST - HIGHEST;
        double p = probability(shift + slope * x);
        double left = failures[i] - counts[i] * p;
        double weight = counts[i] * p * (1 - p);
        gradShift += left;
        gradSlope += left * x;
        shiftShift += weight;
        slopeSlope += weight * x * x;
        both += weight * x;
      }
      double determinant = shiftShift * slopeSlope - both * both;
      double moves = (slopeSlope * gradShift - both * gradSlope) / determinant;
      double turns = (shiftShift * gradSlope - both * gradShift) / determinant;
      shift += Math.clamp(moves, -MOST_MOVED, MOST_MOVED);
      slope += Math.clamp(turns, -MOST_TURNED, MOST_TURNED);
      shift = Math.clamp(shift, -MOST_SHIFT, MOST_SHIFT);
      slope = Math.clamp(slope, LEAST_SLOPE, MOST_SLOPE);
    }
    return new Line(shift, slope);
  }

  /// In standard deviations from calibrated; 0 while nothing is known.
  public double z() {
    return deviation / Math.sqrt(variance + LEAST_VARIANCE);
  }

  /// Whether the model does not fit what happens here, although it is corrected.
  public boolean drifted() {
    return drifted;
  }

  /// Mean squared error of the corrected estimates over the outcomes that are remembered.
  public double brier() {
    return outcomes == 0 ? 0 : squaredError / outcomes;
  }

  /// How many outcomes were ever taken in.
  public long outcomes() {
    return Math.round(ever);
  }

  static double probability(double logOdds) {
    return 1 / (1 + Math.exp(-logOdds));
  }

  byte[] state() {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    out.put(VERSION);
    for (int i = 0; i < CLASSES; i++) {
      out.putDouble(counts[i]).putDouble(failures[i]);
    }
    out.putDouble(squaredError).putDouble(deviation);
    out.putDouble(variance).putDouble(outcomes).putDouble(ever);
    out.put((byte) (drifted ? 1 : 0));
    return out.putInt(checksum(out.array(), BYTES - Integer.BYTES)).array();
  }

  /// @throws IllegalArgumentException if it is damaged or of another version
  static Calibration of(byte[] state, Line prior) {
    ByteBuffer in = ByteBuffer.wrap(state);
    if (state.length != BYTES
        || checksum(state, BYTES - Integer.BYTES) != in.getInt(BYTES - Integer.BYTES)
        || in.get() != VERSION) {
      throw new IllegalArgumentException(
          "damaged calibration of %d bytes, or of another version than %d"
              .formatted(state.length, VERSION));
    }
    Calibration read = new Calibration(prior);
    for (int i = 0; i < CLASSES; i++) {
      read.counts[i] = in.getDouble();
      read.failures[i] = in.getDouble();
    }
    read.squaredError = in.getDouble();
    read.deviation = in.getDouble();
    read.variance = in.getDouble();
    read.outcomes = in.getDouble();
    read.ever = in.getDouble();
    read.drifted = in.get() != 0;
    return read;
  }

  private static int checksum(byte[] state, int length) {
    CRC32C crc = new CRC32C();
    crc.update(state, 0, length);
    return (int) crc.getValue();
  }
}
