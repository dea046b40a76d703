package dev.gnomon.core.probes;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/// What the vantage points say together of one thing of a cell.
public sealed interface Verdict {
  /// Standings of probes that came longer ago say nothing.
  Duration WINDOW = Duration.ofMinutes(1);

  /// A single failed probe may be a moment's; this many in a row are not.
  int FAILURES_IN_A_ROW = 2;

  int VANTAGE_POINTS = 2;

  /// It answers.
  record Well() implements Verdict {}

  /// At least two vantage points fail, and fewer succeed than fail: where a network is split in
  /// halves, each half misses the other.
  record Failing(List<Standing> evidence) implements Verdict {
    public Failing {
      evidence = List.copyOf(evidence);
    }

    public Instant onset() {
      return evidence.stream()
          .map(one -> one.failingSince().orElseGet(one.newest()::time))
          .min(Instant::compareTo)
          .orElseThrow();
    }
  }

  /// Something failed, but it proves nothing.
  record Inconclusive() implements Verdict {}

  /// Nobody probed it lately.
  record Missing() implements Verdict {}

  /// @param standings of one target of one cell, one a vantage point
  static Verdict of(Collection<Standing> standings, Instant now) {
    List<Standing> recent =
        standings.stream().filter(one -> one.arrived().plus(WINDOW).isAfter(now)).toList();
    if (recent.isEmpty()) {
      return new Missing();
    }
    List<Standing> failing =
        recent.stream().filter(one -> one.failures() >= FAILURES_IN_A_ROW).toList();
    long well = recent.stream().filter(one -> !one.newest().failed()).count();
    if (failing.size() >= VANTAGE_POINTS && failing.size() > well) {
      return new Failing(failing);
    }
    return well == recent.size() ? new Well() : new Inconclusive();
  }
}
