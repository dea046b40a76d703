package dev.gnomon.core.prediction;

import dev.gnomon.core.telemetry.Aspect;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/// Builds the features of a subject from what is remembered of it: from samples up to a time, and
/// nothing later. What is missing or inconclusive is unknown, and never makes a feature larger.
final class FeatureBuilder {
  private static final int EVIDENCE = 8;
  private static final double CLOSE_ENOUGH = 0.5;
  private static final double MINUTES = 60_000;
  private static final double MOST_DOUBLINGS = 10;
  private static final double LONGEST_EPISODE_MINUTES = 1_440;
  private static final int ASPECTS = Aspect.values().length;

  private final SubjectState state;
  private final Instant now;
  private final double[] values = new double[Feature.values().length];

  private FeatureBuilder(SubjectState state, Instant now) {
    this.state = state;
    this.now = now;
    Arrays.fill(values, Double.NaN);
  }

  static Features of(SubjectState state, Instant now) {
    return new FeatureBuilder(state, now).built();
  }

  private Features built() {
    List<SeriesTrack> all = List.copyOf(state.series().values());
    int alarming = 0;
    int aspects = 0;
    for (Aspect aspect : Aspect.values()) {
      int alarms = aspect(aspect, all);
      alarming += alarms;
      aspects += alarms > 0 ? 1 : 0;
    }
    List<SeriesTrack> expected = all.stream().filter(track -> !track.gone(now)).toList();
    double missing = expected.stream().filter(SeriesTrack::missing).count();
    double telling = all.stream().filter(SeriesTrack::tells).count();
    if (!all.isEmpty()) {
      put(Feature.ASPECTS_ALARMING, Math.min(aspects, ASPECTS));
      put(Feature.SERIES_ALARMING, (double) alarming / all.size());
      put(Feature.MISSING_SHARE, expected.isEmpty() ? 1 : missing / expected.size());
    }
    levels(all);
    past();
    double known = expected.isEmpty() ? 0 : telling / expected.size();
    return new Features(values, state.onset(now), known, evidence(all));
  }

  /// @return how many of its series alarm
  private int aspect(Aspect aspect, List<SeriesTrack> all) {
    double most = 0;
    double lasting = 0;
    double drop = 0;
    int count = 0;
    int alarms = 0;
    for (SeriesTrack track : all) {
      if (track.aspect == aspect) {
        count++;
        most = Math.max(most, track.now(now));
        lasting = Math.max(lasting, track.lasting(now));
        drop = Math.max(drop, track.drop(now));
        alarms += track.alarms(now) ? 1 : 0;
      }
    }
    if (count > 0) {
      put(Feature.of(aspect, Feature.Kind.NOW), most);
      put(Feature.of(aspect, Feature.Kind.LASTING), lasting);
      put(Feature.of(aspect, Feature.Kind.SHARE), (double) alarms / count);
      if (aspect == Aspect.TRAFFIC) {
        put(Feature.TRAFFIC_DROP, drop);
      }
    }
    return alarms;
  }

  private void levels(List<SeriesTrack> all) {
    OptionalDouble latency = doublings(Aspect.LATENCY, all);
    OptionalDouble traffic = doublings(Aspect.TRAFFIC, all);
    latency.ifPresent(doublings -> {
      put(Feature.LATENCY_DOUBLINGS, doublings);
      put(Feature.LATENCY_UNEXPLAINED, Math.max(0, doublings - traffic.orElse(0)));
    });
    all.stream()
        .filter(track -> track.aspect == Aspect.ERRORS)
        .flatMapToDouble(track -> track.risen().stream())
        .max()
        .ifPresent(level -> put(Feature.ERRORS_LEVEL, level));
    List<SeriesTrack> bounded =
        all.stream()
            .filter(track -> track.aspect == Aspect.SATURATION || track.aspect == Aspect.HARDWARE)
            .filter(track -> track.limitUsed().isPresent())
            .toList();
    bounded.stream()
        .mapToDouble(track -> track.limitUsed().orElseThrow())
        .max()
        .ifPresent(used -> {
          put(Feature.LIMIT_USED, used);
          double hours =
              bounded.stream()
                  .flatMapToDouble(track -> track.hoursToLimit().stream())
                  .min()
                  .orElse(Double.POSITIVE_INFINITY);
          put(Feature.LIMIT_SOON, 1 / (1 + hours));
        });
    double probes = 0;
    double failing = 0;
    for (SeriesTrack track : all) {
      if (track.aspect == Aspect.PROBES && track.tells() && tellsSuccess(track)) {
        probes++;
        failing += track.value() < CLOSE_ENOUGH ? 1 : 0;
      }
    }
    if (probes > 0) {
      put(Feature.PROBES_FAILING, failing / probes);
    }
  }

  /// 1 when the probe succeeded, 0 when it failed.
  private static boolean tellsSuccess(SeriesTrack track) {
    return track.name.contains("success")
        || track.name.startsWith("up{")
        || track.name.equals("up");
  }

  private OptionalDouble doublings(Aspect aspect, List<SeriesTrack> all) {
    OptionalDouble most =
        all.stream()
            .filter(track -> track.aspect == aspect)
            .flatMapToDouble(track -> track.doublings().stream())
            .max();
    return most.isEmpty() ? most : OptionalDouble.of(Math.min(most.getAsDouble(), MOST_DOUBLINGS));
  }

  private void past() {
    put(
        Feature.EPISODE_MINUTES,
        state
            .onset(now)
            .map(onset ->
                Math.clamp(
                    Duration.between(onset, now).toMillis() / MINUTES, 0, LONGEST_EPISODE_MINUTES))
            .orElse(0.0));
    put(
        Feature.CHANGE_RECENT,
        state
            .lastChange(now)
            .map(at -> Math.max(0, Duration.between(at, now).toMillis() / MINUTES))
            .map(minutes -> Math.pow(2, -minutes / 60))
            .orElse(0.0));
    put(Feature.INCIDENTS_PAST, state.incidents(now));
  }

  private List<String> evidence(List<SeriesTrack> all) {
    return all.stream()
        .filter(track -> track.now(now) >= SeriesTrack.STIRS || failingProbe(track))
        .sorted(
            Comparator.<SeriesTrack>comparingDouble(track -> -track.now(now))
                .thenComparing(track -> track.name))
        .limit(EVIDENCE)
        .map(track ->
            String.format(
                Locale.ROOT,
                "%s is at %.4g: %.1f decades of surprise",
                track.name,
                track.value(),
                track.now(now)))
        .toList();
  }

  private static boolean failingProbe(SeriesTrack track) {
    return track.aspect == Aspect.PROBES
        && track.tells()
        && tellsSuccess(track)
        && track.value() < CLOSE_ENOUGH;
  }

  private void put(Feature feature, double value) {
    values[feature.ordinal()] = value;
  }
}
