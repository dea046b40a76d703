package dev.gnomon.bench.scenarios;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.bench.harness.Machine;
import dev.gnomon.bench.harness.Measure;
import dev.gnomon.bench.harness.Report;
import dev.gnomon.bench.harness.ReportJson;
import dev.gnomon.bench.harness.Spread;
import dev.gnomon.bench.harness.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// The results for people, and as JSON: what the other benches have, the seed, and all scenarios.
final class ScenarioReport {
  /// Under one of what must never be.
  private static final double NONE = 1;

  private ScenarioReport() {}

  static List<String> lines(List<Result> results, Summary summary, long seed) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            "%-24s %-7s %-8s %7s %9s %-19s %8s %8s %9s %6s %5s  %s",
            "scenario",
            "wanted",
            "foreseen",
            "lead",
            "announced",
            "action",
            "RTO",
            "RPO",
            "failed of",
            "false",
            "early",
            "as wanted"));
    for (Result one : results) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-24s %-7s %-8s %7s %9s %-19s %8s %8s %9s %6d %5d  %s",
              one.scenario().name(),
              one.scenario().expected(),
              one.scenario().fails() ? (one.foreseen() ? "yes" : "no") : "",
              text(one.lead(), " min"),
              text(one.detection(), " min"),
              one.action(),
              text(one.recovery(), " s"),
              text(one.lost(), " s"),
              one.wouldFail() == 0
                  ? ""
                  : "%d/%d min".formatted(one.failedMinutes(), one.wouldFail()),
              one.falseSwitches(),
              one.early(),
              one.asWanted() ? "yes" : "NO" + one.wrong().map(why -> ": " + why).orElse("")));
    }
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "seed %d: %d scenarios, %d of them failures, %.1f weeks of virtual time",
            seed,
            summary.scenarios(),
            summary.failures(),
            summary.weeks()));
    lines.add(
        String.format(
            Locale.ROOT,
            "announced %.0f %% of the failures, %.0f %% of those with a sign before users were failed (median lead %s); a switch ended %.0f %% of those that one can end (median RTO %s, RPO %s)",
            100 * summary.detected(),
            100 * summary.foreseen(),
            text(summary.leadMinutes(), " min"),
            100 * summary.helped(),
            text(summary.recoverySeconds(), " s"),
            text(summary.lostSeconds(), " s")));
    lines.add(
        String.format(
            Locale.ROOT,
            "false switches %d (%.2f a week), announcements without a reason %.2f a week; wrong bytes or none after %d switches; switches from missing data %d, flaps %d%s",
            summary.falseSwitches(),
            summary.falseSwitchesAWeek(),
            summary.earlyAWeek(),
            summary.wrong(),
            summary.blind(),
            summary.flaps(),
            summary.holds() ? "" : ": MUST BE NONE"));
    return lines;
  }

  private static String text(OptionalDouble value, String unit) {
    return value.isEmpty()
        ? "-"
        : String.format(
                Locale.ROOT, value.getAsDouble() % 1 == 0 ? "%.0f" : "%.1f", value.getAsDouble())
            + unit;
  }

  static ObjectNode json(List<Result> results, Summary summary, long seed, Machine machine) {
    List<Report.Line> lines = new ArrayList<>();
    lines.add(line(Measure.rate("detected", Unit.SHARE), summary.detected()));
    lines.add(line(Measure.rate("foreseen", Unit.SHARE), summary.foreseen()));
    lines.add(line(Measure.rate("ended-by-a-switch", Unit.SHARE), summary.helped()));
    add(lines, Measure.rate("lead", Unit.SECONDS), summary.leadMinutes(), 60);
    add(lines, Measure.of("announced-after", Unit.SECONDS), summary.detectionMinutes(), 60);
    add(lines, Measure.of("rto", Unit.SECONDS), summary.recoverySeconds(), 1);
    add(lines, Measure.of("rpo", Unit.SECONDS), summary.lostSeconds(), 1);
    lines.add(line(Measure.of("false-switches-a-week", Unit.COUNT), summary.falseSwitchesAWeek()));
    lines.add(
        line(Measure.of("announcements-without-reason-a-week", Unit.COUNT), summary.earlyAWeek()));
    lines.add(
        line(Measure.of("switches-from-missing-data", Unit.COUNT).target(NONE), summary.blind()));
    lines.add(line(Measure.of("flaps", Unit.COUNT).target(NONE), summary.flaps()));
    lines.add(line(Measure.of("wrong-outcomes", Unit.COUNT), summary.wrong()));
    ObjectNode json =
        ReportJson.of(
            new Report(ScenarioBench.NAME, machine, 1, Optional.empty(), lines, List.of()));
    json.put("seed", seed).put("weeks", summary.weeks()).put("holds", summary.holds());
    ArrayNode all = json.putArray("scenarios");
    results.forEach(one -> put(all.addObject(), one));
    return json;
  }

  private static void put(ObjectNode json, Result one) {
    json.put("name", one.scenario().name()).put("says", one.scenario().says());
    json.put("wanted", one.scenario().expected().toString());
    json.put("sign", one.scenario().sign()).put("foreseen", one.foreseen());
    one.lead().ifPresent(minutes -> json.put("leadSeconds", minutes * 60));
    one.detection().ifPresent(minutes -> json.put("announcedAfterSeconds", minutes * 60));
    json.put("action", one.action());
    one.recovery().ifPresent(seconds -> json.put("rtoSeconds", seconds));
    one.lost().ifPresent(seconds -> json.put("rpoSeconds", seconds));
    json.put("failedMinutes", one.failedMinutes()).put("wouldFailMinutes", one.wouldFail());
    json.put("switches", one.switches()).put("falseSwitches", one.falseSwitches());
    json.put("announcementsWithoutReason", one.early());
    json.put("announcementsWhileLearning", one.learning()).put("flaps", one.flaps());
    json.put("switchesFromMissingData", one.blind()).put("days", one.days());
    json.put("asWanted", one.asWanted());
    one.wrong().ifPresent(why -> json.put("wrong", why));
  }

  private static void add(
      List<Report.Line> lines, Measure measure, OptionalDouble value, double factor) {
    value.ifPresent(found -> lines.add(line(measure, found * factor)));
  }

  private static Report.Line line(Measure measure, double value) {
    return new Report.Line(measure, Optional.of(new Spread(value, value, value)), List.of());
  }
}
