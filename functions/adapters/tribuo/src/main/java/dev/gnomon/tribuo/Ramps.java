package dev.gnomon.tribuo;

import dev.gnomon.core.prediction.Feature;
import dev.gnomon.core.prediction.Ramp;
import java.util.ArrayList;
import java.util.List;

/// The ramps that a model may use, chosen before anything was trained: two or three a feature, so
/// that it may bend.
final class Ramps {
  /// One ramp explains no more than this away, in log-odds.
  static final double MOST_EXPLAINED = 1.5;

  /// And adds no more than this: what simulations make certain is not certain.
  static final double MOST_ADDED = 4;

  private Ramps() {}

  static List<Ramp> all() {
    List<Ramp> ramps = new ArrayList<>();
    for (Feature feature : Feature.values()) {
      double[] edges = edges(feature);
      for (int i = 1; i < edges.length; i++) {
        ramps.add(new Ramp(feature.key(), edges[i - 1], edges[i], 0));
      }
    }
    return ramps;
  }

  /// A load that grows explains latency, and is no failure by itself; everything else can only make
  /// one likelier.
  static boolean allowed(Ramp ramp, double weight) {
    return Ramp.EXPLAIN.contains(feature(ramp)) ? weight < 0 : weight > 0;
  }

  static Feature feature(Ramp ramp) {
    for (Feature feature : Feature.values()) {
      if (feature.key().equals(ramp.feature())) {
        return feature;
      }
    }
    throw new IllegalArgumentException("unknown feature '" + ramp.feature() + "'");
  }

  private static double[] edges(Feature feature) {
    return switch (feature) {
      case LATENCY_NOW,
          ERRORS_NOW,
          SATURATION_NOW,
          TRAFFIC_NOW,
          HARDWARE_NOW,
          LOGS_NOW,
          PROBES_NOW,
          OTHER_NOW,
          TRAFFIC_DROP ->
          new double[] {1, 3, 6, 10};
      case LATENCY_LASTING,
          ERRORS_LASTING,
          SATURATION_LASTING,
          TRAFFIC_LASTING,
          HARDWARE_LASTING,
          LOGS_LASTING,
          PROBES_LASTING,
          OTHER_LASTING ->
          new double[] {0.5, 2, 5};
      case LATENCY_SHARE,
          ERRORS_SHARE,
          SATURATION_SHARE,
          TRAFFIC_SHARE,
          HARDWARE_SHARE,
          LOGS_SHARE,
          PROBES_SHARE,
          OTHER_SHARE,
          SERIES_ALARMING ->
          new double[] {0, 0.5, 1};
      case LATENCY_DOUBLINGS, LATENCY_UNEXPLAINED -> new double[] {0.3, 1, 3};
      case ERRORS_LEVEL -> new double[] {0.01, 0.05, 0.3};
      case PROBES_FAILING -> new double[] {0, 0.5, 1};
      case LIMIT_USED -> new double[] {0.7, 0.9, 1};
      case LIMIT_SOON -> new double[] {0.2, 0.4, 0.7, 0.95};
      case ASPECTS_ALARMING -> new double[] {0, 1, 2, 4};
      case EPISODE_MINUTES -> new double[] {0, 10, 60};
      case CHANGE_RECENT -> new double[] {0, 0.5, 1};
      case INCIDENTS_PAST -> new double[] {0, 1, 3};
      case MISSING_SHARE -> new double[] {};
    };
  }
}
