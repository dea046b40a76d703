package dev.gnomon.core.prediction;

import dev.gnomon.core.telemetry.Aspect;
import java.util.Locale;
import java.util.Optional;

/// What a failure is foreseen from. Of every feature 0 means "nothing to report", larger is more;
/// none is negative. The names are part of the form of trained models: a change of what one means
/// needs a new name. ADR 28.
public enum Feature {
  LATENCY_NOW(Aspect.LATENCY, Kind.NOW),
  LATENCY_LASTING(Aspect.LATENCY, Kind.LASTING),
  LATENCY_SHARE(Aspect.LATENCY, Kind.SHARE),
  ERRORS_NOW(Aspect.ERRORS, Kind.NOW),
  ERRORS_LASTING(Aspect.ERRORS, Kind.LASTING),
  ERRORS_SHARE(Aspect.ERRORS, Kind.SHARE),
  SATURATION_NOW(Aspect.SATURATION, Kind.NOW),
  SATURATION_LASTING(Aspect.SATURATION, Kind.LASTING),
  SATURATION_SHARE(Aspect.SATURATION, Kind.SHARE),
  TRAFFIC_NOW(Aspect.TRAFFIC, Kind.NOW),
  TRAFFIC_LASTING(Aspect.TRAFFIC, Kind.LASTING),
  TRAFFIC_SHARE(Aspect.TRAFFIC, Kind.SHARE),
  HARDWARE_NOW(Aspect.HARDWARE, Kind.NOW),
  HARDWARE_LASTING(Aspect.HARDWARE, Kind.LASTING),
  HARDWARE_SHARE(Aspect.HARDWARE, Kind.SHARE),
  LOGS_NOW(Aspect.LOGS, Kind.NOW),
  LOGS_LASTING(Aspect.LOGS, Kind.LASTING),
  LOGS_SHARE(Aspect.LOGS, Kind.SHARE),
  PROBES_NOW(Aspect.PROBES, Kind.NOW),
  PROBES_LASTING(Aspect.PROBES, Kind.LASTING),
  PROBES_SHARE(Aspect.PROBES, Kind.SHARE),
  OTHER_NOW(Aspect.OTHER, Kind.NOW),
  OTHER_LASTING(Aspect.OTHER, Kind.LASTING),
  OTHER_SHARE(Aspect.OTHER, Kind.SHARE),

  /// Less is asked for than usual: clients may not get through.
  TRAFFIC_DROP("decades", "traffic fell to %.2g decades below the usual"),
  /// Of the slowest series.
  LATENCY_DOUBLINGS("doublings", "latency is the usual one doubled %.2g times"),
  /// Beyond what the rise of traffic doubles.
  LATENCY_UNEXPLAINED("doublings", "latency doubled %.2g times more than traffic did"),
  /// Of the series of errors that are ratios, above what is usual for them: a service may always
  /// refuse some requests.
  ERRORS_LEVEL("ratio", "%.2g more of what is asked for fails than usual"),
  /// Of the probes that are sure.
  PROBES_FAILING("ratio", "%.2g of the probes fail"),
  LIMIT_USED("ratio", "%.2g of a known limit is used"),
  /// Only where the trend is clearer than the noise.
  LIMIT_SOON("1/(1 + hours)", "a known limit is near at the present trend (%.2g of 1/(1 + hours))"),
  ASPECTS_ALARMING("aspects", "%.0f aspects alarm at once"),
  SERIES_ALARMING("ratio", "%.2g of all series alarm"),
  EPISODE_MINUTES("min", "the trouble lasts for %.0f minutes"),
  /// 1 at the change, half of it an hour later.
  CHANGE_RECENT("2^-hours", "there was an update or migration lately (%.2g, halved each hour)"),
  /// Incidents and rollbacks, halved every 14 days.
  INCIDENTS_PAST("incidents", "%.2g incidents lately (halved every 14 days)"),
  /// For the confidence alone: no model may make a failure likelier by it.
  MISSING_SHARE("ratio", "%.2g of the series are missing");

  /// What of an aspect.
  enum Kind {
    /// The largest surprise of a series, smoothed over some minutes.
    NOW("decades", "%s is at %%.2g decades of surprise"),
    /// The same, smoothed over an hour or two.
    LASTING("decades", "%s has been at %%.2g decades of surprise for long"),
    /// How many of its series alarm.
    SHARE("ratio", "%%.2g of the series of %s alarm");

    private final String unit;
    private final String sentence;

    Kind(String unit, String sentence) {
      this.unit = unit;
      this.sentence = sentence;
    }
  }

  private final String key;
  private final String unit;
  private final String sentence;

  Feature(Aspect aspect, Kind kind) {
    this.key = key(name());
    this.unit = kind.unit;
    this.sentence = kind.sentence.formatted(aspect.name().toLowerCase(Locale.ROOT));
  }

  Feature(String unit, String sentence) {
    this.key = key(name());
    this.unit = unit;
    this.sentence = sentence;
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '.');
  }

  /// As records and models write it: `latency.now`.
  public String key() {
    return key;
  }

  public String unit() {
    return unit;
  }

  /// A sentence for people.
  public String says(double value) {
    return String.format(Locale.ROOT, sentence, value);
  }

  /// By its [#key].
  public static Optional<Feature> named(String key) {
    for (Feature feature : values()) {
      if (feature.key.equals(key)) {
        return Optional.of(feature);
      }
    }
    return Optional.empty();
  }

  static Feature of(Aspect aspect, Kind kind) {
    return valueOf(aspect.name() + "_" + kind.name());
  }
}
