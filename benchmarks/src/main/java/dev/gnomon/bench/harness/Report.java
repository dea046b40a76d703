package dev.gnomon.bench.harness;

import dev.gnomon.bench.work.TreeSize;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a bench found.
///
/// @param rounds how often everybody ran
/// @param failures why rounds of ours failed; those have no figures
public record Report(
    String bench,
    Machine machine,
    int rounds,
    Optional<TreeSize> input,
    List<Line> measures,
    List<String> failures) {
  public Report {
    measures = List.copyOf(measures);
    failures = List.copyOf(failures);
  }

  public static Report of(
      Bench bench, Machine machine, int rounds, Contest contest, Rounds.Tallies tallies) {
    return new Report(
        bench.name(),
        machine,
        rounds,
        contest.input(),
        contest.measures().stream().map(measure -> line(measure, contest, tallies)).toList(),
        tallies.ours().failures());
  }

  private static Line line(Measure measure, Contest contest, Rounds.Tallies tallies) {
    Optional<Spread> ours = tallies.ours().spread(measure.name());
    List<PeerLine> peers =
        measure.comparisons().stream()
            .map(comparison -> peerLine(measure, comparison, ours, contest, tallies))
            .toList();
    return new Line(measure, ours, peers);
  }

  private static PeerLine peerLine(
      Measure measure,
      Comparison comparison,
      Optional<Spread> ours,
      Contest contest,
      Rounds.Tallies tallies) {
    return switch (contest.peer(comparison.peer())) {
      case Peer.Absent absent -> new PeerLine.Absent(comparison, absent.reason());
      case Peer.Broken broken -> new PeerLine.Failed(comparison, Optional.empty(), broken.reason());
      case Peer.Present present -> {
        Tally tally = tallies.of(present.name());
        Optional<String> failure = tally.failures().stream().findFirst();
        Optional<Spread> spread = tally.spread(measure.name());
        if (spread.isEmpty()) {
          yield new PeerLine.Failed(
              comparison, Optional.of(present.version()), failure.orElse("it was not measured"));
        }
        Optional<Double> ratio = ours.flatMap(own -> measure.ratio(own, spread.get()));
        yield new PeerLine.Measured(comparison, present.version(), spread.get(), ratio, failure);
      }
    };
  }

  /// One measure.
  ///
  /// @param ours empty where this machine can't tell
  public record Line(Measure measure, Optional<Spread> ours, List<PeerLine> peers) {
    public Line {
      peers = List.copyOf(peers);
    }

    /// Whether ours reached its target without a peer; empty if it has none.
    public Optional<Boolean> ownHolds() {
      return measure.target().map(target -> ours.flatMap(measure::holds).orElse(false));
    }

    /// Whether ours reached every target, its own and those against peers, all of which have to be
    /// there; empty if there is none.
    public Optional<Boolean> holds() {
      List<Boolean> all =
          Stream.concat(ownHolds().stream(), peers.stream().flatMap(peer -> peer.holds().stream()))
              .toList();
      return all.isEmpty() ? Optional.empty() : Optional.of(!all.contains(false));
    }
  }

  /// One peer in one measure.
  public sealed interface PeerLine {
    Comparison comparison();

    /// Whether ours reached its target against the peer; not if the peer has no figure. Empty if no
    /// ratio is wanted.
    default Optional<Boolean> holds() {
      return comparison().target().map(least -> false);
    }

    /// @param ratio how many times better ours is
    /// @param failure why a later round of it failed
    record Measured(
        Comparison comparison,
        String version,
        Spread spread,
        Optional<Double> ratio,
        Optional<String> failure)
        implements PeerLine {

      @Override
      public Optional<Boolean> holds() {
        return comparison.target().map(least -> ratio.filter(value -> value >= least).isPresent());
      }
    }

    record Absent(Comparison comparison, String reason) implements PeerLine {}

    record Failed(Comparison comparison, Optional<String> version, String reason)
        implements PeerLine {}
  }
}
