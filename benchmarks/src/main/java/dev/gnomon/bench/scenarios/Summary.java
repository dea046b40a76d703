package dev.gnomon.bench.scenarios;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/// What all scenarios say together.
///
/// @param detected share of the failures that were announced at all
/// @param foreseen share of the failures with a sign before them that were announced before users
///   were failed
/// @param helped share of the failures that a switch ends, in which one did
/// @param leadMinutes median of those foreseen
/// @param falseSwitchesAWeek of simulated time of an installation of two resources
/// @param earlyAWeek announcements for which there was no reason, likewise
public record Summary(
    int scenarios,
    int failures,
    double detected,
    double foreseen,
    double helped,
    OptionalDouble leadMinutes,
    OptionalDouble detectionMinutes,
    OptionalDouble recoverySeconds,
    OptionalDouble lostSeconds,
    double weeks,
    int falseSwitches,
    double falseSwitchesAWeek,
    double earlyAWeek,
    int blind,
    int flaps,
    int wrong) {
  static Summary of(List<Result> results) {
    List<Result> failures = results.stream().filter(one -> one.scenario().fails()).toList();
    List<Result> signed = failures.stream().filter(one -> one.scenario().sign()).toList();
    List<Result> curable =
        failures.stream()
            .filter(one -> one.scenario().expected() == Scenario.Expected.SWITCH)
            .toList();
    double weeks = results.stream().mapToDouble(Result::days).sum() / 7;
    int falseSwitches = results.stream().mapToInt(Result::falseSwitches).sum();
    int early = results.stream().mapToInt(Result::early).sum();
    return new Summary(
        results.size(),
        failures.size(),
        share(failures, one -> one.detection().isPresent()),
        share(signed, Result::foreseen),
        share(curable, one -> one.recovery().isPresent()),
        median(failures, Result::lead),
        median(failures, Result::detection),
        median(failures, Result::recovery),
        median(failures, Result::lost),
        weeks,
        falseSwitches,
        falseSwitches / weeks,
        early / weeks,
        results.stream().mapToInt(Result::blind).sum(),
        results.stream().mapToInt(Result::flaps).sum(),
        (int) results.stream().filter(one -> one.wrong().isPresent()).count());
  }

  /// Whether what must never be was not.
  public boolean holds() {
    return blind == 0 && flaps == 0;
  }

  private static double share(List<Result> all, java.util.function.Predicate<Result> which) {
    return all.isEmpty() ? 0 : (double) all.stream().filter(which).count() / all.size();
  }

  private static OptionalDouble median(List<Result> all, Function<Result, OptionalDouble> of) {
    double[] values =
        all.stream().flatMapToDouble(one -> of.apply(one).stream()).sorted().toArray();
    return values.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            Arrays.stream(values).skip(values.length / 2).findFirst().orElseThrow());
  }
}
