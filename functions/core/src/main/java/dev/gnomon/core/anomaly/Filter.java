package dev.gnomon.core.anomaly;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// A forecast of the next sample from the last ones: a linear filter that learns by normalised
/// least mean squares (Widrow and Hoff, 1960; Nagumo and Noda, 1967).
final class Filter {
  private static final int ORDER = 8;
  private static final double RATE = 0.02;
  private static final double LEAST_POWER = 0.1;

  /// Errors are learnt up to so many times the usual one, so that one outlier spoils nothing.
  private static final double CLIP = 3;

  private static final double USUAL_CLIP = 5;
  private static final double LEAST_ERROR = 0.05;
  private static final double USUAL = 300;

  /// No weight nor sample by the yardstick comes near it.
  private static final double MOST = 1e100;

  static final int BYTES = (2 * ORDER + 1) * Double.BYTES;

  private final double[] weights = new double[ORDER];
  private final double[] last = new double[ORDER];
  private double usual = 0.3;

  Filter() {
    weights[0] = 0.5;
  }

  /// The error of the forecast; takes the sample in.
  ///
  /// @param samples how many came before
  double error(double y, long samples) {
    double forecast = 0;
    double power = LEAST_POWER;
    for (int i = 0; i < ORDER; i++) {
      forecast += weights[i] * last[i];
      power += last[i] * last[i];
    }
    double error = y - forecast;
    double most = CLIP * usual + LEAST_ERROR;
    double learnt = Math.clamp(error, -most, most);
    double size = Math.min(Math.abs(error), USUAL_CLIP * usual + LEAST_ERROR);
    usual += (size - usual) / Math.min(USUAL, samples + 1.0);
    for (int i = 0; i < ORDER; i++) {
      weights[i] += RATE * learnt * last[i] / power;
    }
    System.arraycopy(last, 0, last, 1, ORDER - 1);
    last[0] = y;
    return error;
  }

  /// Takes all samples before to have been this one: there was a gap.
  void afterGap(double y) {
    Arrays.fill(last, y);
  }

  void write(ByteBuffer out) {
    for (int i = 0; i < ORDER; i++) {
      out.putDouble(weights[i]).putDouble(last[i]);
    }
    out.putDouble(usual);
  }

  void read(StateNumbers in) {
    for (int i = 0; i < ORDER; i++) {
      weights[i] = in.number("weight", -MOST, MOST);
      last[i] = in.number("last", -MOST, MOST);
    }
    usual = in.number("usual error", 0, MOST);
  }
}
