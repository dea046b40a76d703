package dev.gnomon.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.Workplace;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final Measure TIME =
      Measure.of("time", Unit.SECONDS)
          .against(Reports.wanted("quick", 0.5))
          .against(Reports.wanted("slow", 1.5))
          .against("broken", "note")
          .against("failing", "note")
          .against("gone", "note");

  @TempDir Path directory;

  private static Contestant reads(double seconds) {
    return round -> Readings.NONE.with("time", seconds);
  }

  private Report report() throws Exception {
    Contest contest =
        new Contest(
            List.of(TIME),
            Optional.empty(),
            reads(2),
            List.of(
                new Peer.Present("quick", "1", reads(1)),
                new Peer.Present("slow", "2", reads(2.9)),
                new Peer.Broken("broken", "no version"),
                new Peer.Present(
                    "failing",
                    "3",
                    round -> {
                      throw new RoundFailedException("it exited with 3");
                    }),
                new Peer.Absent("gone", "not here")));
    Bench bench =
        new Bench() {
          @Override
          public String name() {
            return "test";
          }

          @Override
          public String summary() {
            return "a test";
          }

          @Override
          public List<String> peers() {
            return List.of();
          }

          @Override
          public Contest prepare(Setting setting) {
            return contest;
          }
        };
    try (Workplace workplace = Workplace.in(directory, "")) {
      return Report.of(
          bench, Reports.MACHINE, 3, contest, new Rounds(workplace, line -> {}).run(contest, 3));
    }
  }

  @Test
  void listsEveryPeerWithWhatBecameOfIt() throws Exception {
    List<Report.PeerLine> peers = report().measures().getFirst().peers();

    assertThat(peers).hasSize(5);
    assertThat(peers.get(0))
        .isInstanceOfSatisfying(
            Report.PeerLine.Measured.class,
            quick -> {
              assertThat(quick.ratio()).hasValue(0.5);
              assertThat(quick.holds()).hasValue(true);
            });
    assertThat(peers.get(1))
        .isInstanceOfSatisfying(
            Report.PeerLine.Measured.class, slow -> assertThat(slow.holds()).hasValue(false));
    assertThat(peers.get(2))
        .isEqualTo(
            new Report.PeerLine.Failed(TIME.comparisons().get(2), Optional.empty(), "no version"));
    assertThat(peers.get(3))
        .isEqualTo(
            new Report.PeerLine.Failed(
                TIME.comparisons().get(3), Optional.of("3"), "it exited with 3"));
    assertThat(peers.get(4))
        .isEqualTo(new Report.PeerLine.Absent(TIME.comparisons().get(4), "not here"));
  }

  @Test
  void aPeerThatIsNotThereKeepsItsRowFromHolding() {
    Comparison wanted = Reports.wanted("gone", 2);
    Measure measure = Measure.of("time", Unit.SECONDS).target(9).against(wanted);
    Optional<Spread> quick = Optional.of(Reports.spread(1));

    Report.Line without =
        new Report.Line(measure, quick, List.of(new Report.PeerLine.Absent(wanted, "not here")));
    Report.Line with =
        new Report.Line(
            measure,
            quick,
            List.of(
                new Report.PeerLine.Measured(
                    wanted, "1", Reports.spread(3), Optional.of(3.0), Optional.empty())));

    assertThat(without.ownHolds()).hasValue(true);
    assertThat(without.holds()).hasValue(false);
    assertThat(with.holds()).hasValue(true);
  }
}
