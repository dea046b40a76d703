package dev.gnomon.core.merit;

import dev.gnomon.core.catalogue.MeritWeights;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome.Created;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.faults.Unavailable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// Refines weights from outcomes, within bounds; each change is a record. The weights in force are
/// those of the newest record, as long as the catalogue says what it said then.
///
/// The rule is that of exponentiated gradient (Kivinen and Warmuth 1997) on mistakes only, as in
/// Winnow (Littlestone 1988): a missed failure multiplies the weight of each factor by exp(rate *
/// penalty), a false alarm divides it by that. So factors that were not there to speak stay as they
/// are, and those that spoke loudest change most. Each weight stays within half and double of the
/// configured one.
public final class RefineWeights {
  public static final double RATE = 0.1;
  static final double BOUND = 2;
  private static final int MAX_OUTCOMES = 1000;
  private static final int MAX_ROUNDS = 8;

  /// How far back an outcome is looked for that was learned from before.
  private static final int MAX_REMEMBERED = 200;

  private final ControlRecords records;
  private final RecordLog<WeightsChange> log;

  public RefineWeights(ControlRecords records) {
    this.records = records;
    this.log = new RecordLog<>(records, "merit/weights", WeightsChange.class);
  }

  /// The weights in force.
  ///
  /// @param configured by the catalogue
  public MeritWeights inForce(MeritWeights configured) {
    return log.last()
        .map(Numbered::record)
        .filter(change -> change.configured().equals(configured))
        .map(WeightsChange::after)
        .orElse(configured);
  }

  /// The newest changes, the newest first.
  public List<WeightsChange> newest(int limit) {
    long last = log.last().map(Numbered::number).orElse(0L);
    return LongStream.rangeClosed(Math.max(1, last - limit + 1), last)
        .mapToObj(log::get)
        .flatMap(Optional::stream)
        .toList()
        .reversed();
  }

  /// Learns from outcomes. One whose id was learned from before counts no second time, whoever asks
  /// and whatever races.
  ///
  /// @return the change; empty if nothing changes
  /// @throws Unavailable if other changes come first each time
  public Optional<WeightsChange> refine(
      MeritWeights configured, String cause, List<WeightsChange.Outcome> outcomes) {
    if (outcomes.size() > MAX_OUTCOMES) {
      throw new IllegalArgumentException(
          "at most %d outcomes at once, found %d".formatted(MAX_OUTCOMES, outcomes.size()));
    }
    for (int round = 1; round <= MAX_ROUNDS; round++) {
      long next = log.end() + 1;
      List<WeightsChange.Outcome> unheard = unheard(outcomes, next - 1);
      MeritWeights before = inForce(configured);
      MeritWeights after = refined(before, configured, unheard);
      if (after.equals(before)) {
        return Optional.empty();
      }
      WeightsChange change =
          new WeightsChange(configured, before, after, cause, unheard, records.time());
      if (log.append(next, change) instanceof Created<WeightsChange> created) {
        return Optional.of(created.record());
      }
    }
    throw new Unavailable("other changes of the weights came first each time; ask again");
  }

  private List<WeightsChange.Outcome> unheard(List<WeightsChange.Outcome> outcomes, long last) {
    Set<String> heard =
        LongStream.rangeClosed(Math.max(1, last - MAX_REMEMBERED + 1), last)
            .mapToObj(log::get)
            .flatMap(Optional::stream)
            .flatMap(change -> change.evidence().stream())
            .map(WeightsChange.Outcome::id)
            .collect(Collectors.toSet());
    return outcomes.stream().filter(outcome -> !heard.contains(outcome.id())).toList();
  }

  /// The rule itself, pure.
  static MeritWeights refined(
      MeritWeights before, MeritWeights configured, List<WeightsChange.Outcome> outcomes) {
    return new MeritWeights(
        refined(Factor.HEALTH, before, configured, outcomes),
        refined(Factor.LATENCY, before, configured, outcomes),
        refined(Factor.FRESHNESS, before, configured, outcomes),
        refined(Factor.PREDICTION, before, configured, outcomes),
        refined(Factor.COST, before, configured, outcomes));
  }

  private static double refined(
      Factor factor,
      MeritWeights before,
      MeritWeights configured,
      List<WeightsChange.Outcome> outcomes) {
    double pushed =
        outcomes.stream()
            .mapToDouble(outcome ->
                outcome.penalties().getOrDefault(factor, 0.0)
                    * switch (outcome.verdict()) {
                      case RIGHT -> 0;
                      case MISSED -> 1;
                      case FALSE_ALARM -> -1;
                    })
            .sum();
    double base = factor.weight(configured);
    double most = Math.min(MeritWeights.MAX, base * BOUND);
    return Math.clamp(factor.weight(before) * Math.exp(RATE * pushed), base / BOUND, most);
  }
}
