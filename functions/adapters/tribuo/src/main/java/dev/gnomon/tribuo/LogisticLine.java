package dev.gnomon.tribuo;

/// A line over log-odds, by Newton's method on the likelihood, slightly drawn to "as it is".
///
/// @param constant added to the log-odds
/// @param slope they are multiplied by
record LogisticLine(double constant, double slope) {
  private static final int STEPS = 30;
  private static final double PRIOR = 0.5;
  private static final double LEAST_SLOPE = 0.1;

  static LogisticLine fit(double[] logOdds, boolean[] outcomes) {
    double constant = 0;
    double slope = 1;
    for (int step = 0; step < STEPS; step++) {
      double gradConstant = 0;
      double gradSlope = PRIOR * (1 - slope);
      double cc = 1e-9;
      double ss = PRIOR;
      double cs = 0;
      for (int i = 0; i < logOdds.length; i++) {
        double x = logOdds[i];
        double p = 1 / (1 + Math.exp(-(constant + slope * x)));
        double left = (outcomes[i] ? 1 : 0) - p;
        double weight = p * (1 - p);
        gradConstant += left;
        gradSlope += left * x;
        cc += weight;
        ss += weight * x * x;
        cs += weight * x;
      }
      double determinant = cc * ss - cs * cs;
      constant += Math.clamp((ss * gradConstant - cs * gradSlope) / determinant, -2, 2);
      slope += Math.clamp((cc * gradSlope - cs * gradConstant) / determinant, -0.5, 0.5);
      slope = Math.max(LEAST_SLOPE, slope);
    }
    return new LogisticLine(constant, slope);
  }

  /// The constant alone, at a slope.
  static double constant(double[] logOdds, boolean[] outcomes, double slope) {
    double constant = 0;
    for (int step = 0; step < STEPS; step++) {
      double gradient = -PRIOR * 1e-3 * constant;
      double curvature = PRIOR * 1e-3;
      for (int i = 0; i < logOdds.length; i++) {
        double p = 1 / (1 + Math.exp(-(constant + slope * logOdds[i])));
        gradient += (outcomes[i] ? 1 : 0) - p;
        curvature += p * (1 - p);
      }
      constant += Math.clamp(gradient / curvature, -2, 2);
    }
    return constant;
  }
}
