package dev.gnomon.core.probes;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.prediction.Estimate;
import dev.gnomon.core.prediction.Foreseen;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.telemetry.Mapping;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Judges cells by the probes of all vantage points. Thread-safe.
public final class WatchCells {
  /// What predicts from probes alone.
  public static final String MODEL = "probes-1";

  /// How surely a cell has failed whose answers two vantage points miss: they may share a network.
  private static final double PROBABILITY = 0.95;

  private static final Duration HORIZON = Duration.ofMinutes(5);

  /// An episode that lasts is announced again after this, in case it was lost.
  private static final Duration AGAIN_AFTER = Duration.ofMinutes(1);

  private static final int REMEMBERED_AT_MOST = 1000;

  private final Catalogue catalogue;
  private final ProbeBook shared;
  private final ProbeBook near = new MemoryProbeBook();
  private final Map<String, Instant> announced = new ConcurrentHashMap<>();

  /// @param samples of what is known for sure, to be taken in as telemetry
  public record Watched(Verdict verdict, List<Sample> samples, Optional<Foreseen> foreseen) {}

  public WatchCells(Catalogue catalogue, ProbeBook shared) {
    this.catalogue = catalogue;
    this.shared = shared;
  }

  /// @param probed one whose time is further from now than [Verdict#WINDOW] counts for nothing
  /// @throws Refusal if the catalogue has no such cell
  public Watched observe(Probed probed, Instant now) {
    if (catalogue.cell(probed.cell()).isEmpty()) {
      throw new Refusal("unknown cell '" + probed.cell() + "'");
    }
    Map<String, Standing> standings = standings(probed);
    if (Duration.between(probed.time(), now).abs().compareTo(Verdict.WINDOW) > 0) {
      // Held back on its way, or by a clock that is wrong: it says nothing of now.
      return new Watched(Verdict.of(standings.values(), now), List.of(), Optional.empty());
    }
    Optional<Standing> before =
        Optional.ofNullable(standings.get(probed.vantage()))
            .filter(one -> one.arrived().plus(Verdict.WINDOW).isAfter(now));
    if (before.filter(one -> !one.newest().time().isBefore(probed.time())).isEmpty()) {
      Standing standing = Standing.after(before, probed, now);
      standings.put(probed.vantage(), standing);
      near.put(standing);
      shared.put(standing);
    }
    Verdict verdict = Verdict.of(standings.values(), now);
    return new Watched(verdict, samples(probed, verdict), foreseen(probed, verdict, now));
  }

  /// The newest of each vantage point, whether this process took it or another one.
  private Map<String, Standing> standings(Probed probed) {
    Map<String, Standing> newest = new HashMap<>();
    for (ProbeBook book : List.of(near, shared)) {
      for (Standing standing : book.of(probed.cell())) {
        if (standing.newest().target() == probed.target()) {
          newest.merge(
              standing.newest().vantage(),
              standing,
              (one, other) -> one.arrived().isAfter(other.arrived()) ? one : other);
        }
      }
    }
    return newest;
  }

  private static List<Sample> samples(Probed probed, Verdict verdict) {
    List<Sample> samples = new ArrayList<>();
    switch (verdict) {
      case Verdict.Well well -> samples.add(success(probed, 1));
      case Verdict.Failing failing -> samples.add(success(probed, 0));
      case Verdict.Inconclusive inconclusive -> {}
      case Verdict.Missing missing -> {}
    }
    if (!probed.failed() && probed.latencySeconds().isPresent()) {
      samples.add(
          new Sample(
              SeriesKey.of(
                  "gnomon_probe_duration_seconds",
                  Map.of(
                      Mapping.CELL_LABEL,
                      probed.cell().value(),
                      "target",
                      target(probed),
                      "vantage",
                      probed.vantage())),
              probed.time(),
              probed.latencySeconds().getAsDouble(),
              Sample.Kind.GAUGE));
    }
    return samples;
  }

  private static Sample success(Probed probed, double value) {
    return new Sample(
        SeriesKey.of(
            "gnomon_probe_success",
            Map.of(Mapping.CELL_LABEL, probed.cell().value(), "target", target(probed))),
        probed.time(),
        value,
        Sample.Kind.GAUGE);
  }

  private static String target(Probed probed) {
    return probed.target().name().toLowerCase(Locale.ROOT);
  }

  private Optional<Foreseen> foreseen(Probed probed, Verdict verdict, Instant now) {
    if (!(verdict instanceof Verdict.Failing failing)) {
      return Optional.empty();
    }
    Instant onset = failing.onset();
    String episode = "probes-%s-%d".formatted(target(probed), onset.toEpochMilli());
    String key = probed.cell() + "/" + episode;
    Instant last = announced.get(key);
    if (last != null && last.plus(AGAIN_AFTER).isAfter(now)) {
      return Optional.empty();
    }
    if (announced.size() >= REMEMBERED_AT_MOST) {
      announced.clear();
    }
    announced.put(key, now);
    List<String> evidence =
        failing.evidence().stream().map(one -> sentence(probed, one)).limit(100).toList();
    Estimate.Contribution why =
        new Estimate.Contribution(
            "vantage points that fail",
            failing.evidence().size(),
            Math.log(PROBABILITY / (1 - PROBABILITY)),
            "%d vantage points get no answer of the %s of cell %s"
                .formatted(failing.evidence().size(), target(probed), probed.cell()));
    Estimate estimate =
        new Estimate(
            PROBABILITY,
            HORIZON,
            Optional.of(onset),
            Optional.of(now),
            PROBABILITY,
            List.of(why),
            MODEL);
    return Optional.of(
        new Foreseen(new Subject.OfCell(probed.cell()), episode, estimate, evidence, now));
  }

  private static String sentence(Probed probed, Standing standing) {
    return "from %s the %s of cell %s fails since %s, %d times in a row: %s"
        .formatted(
            standing.newest().vantage(),
            target(probed),
            probed.cell(),
            standing.failingSince().orElseGet(standing.newest()::time),
            standing.failures(),
            standing.newest().failure().orElse("no reason"));
  }
}
