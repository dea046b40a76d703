package dev.gnomon.bench.harness;

import dev.gnomon.bench.work.TreeSize;
import java.util.List;
import java.util.Optional;

/// A report with every kind of line.
final class Reports {
  static final Machine MACHINE = new Machine("A CPU", 2, 8L << 30, "Linux 6.1", "Temurin-25");

  private Reports() {}

  static Spread spread(double median) {
    return new Spread(median, median / 2, median * 2);
  }

  static Comparison wanted(String peer, double target) {
    return new Comparison(peer, Optional.of(target), Optional.empty());
  }

  static Report full() {
    Measure backup =
        Measure.of("backup", Unit.SECONDS)
            .against(wanted("restic", 1.5))
            .against("rustic", "a note")
            .against("rclone", "another");
    Measure limit = Measure.of("switch", Unit.SECONDS).target(0.25);
    Measure stored = Measure.of("stored", Unit.BYTES).against(wanted("restic", 3));
    Measure memory = Measure.of("memory", Unit.MEBIBYTES);
    return new Report(
        "test",
        MACHINE,
        3,
        Optional.of(new TreeSize(12, 3 << 20)),
        List.of(
            new Report.Line(
                backup,
                Optional.of(spread(2)),
                List.of(
                    new Report.PeerLine.Measured(
                        backup.comparisons().get(0),
                        "0.14.0",
                        spread(3),
                        Optional.of(1.5),
                        Optional.empty()),
                    new Report.PeerLine.Failed(
                        backup.comparisons().get(1), Optional.of("0.11.4"), "exited \u001b[1m3"),
                    new Report.PeerLine.Absent(
                        backup.comparisons().get(2), "it is not on the PATH"))),
            new Report.Line(limit, Optional.of(spread(0.3)), List.of()),
            new Report.Line(
                stored,
                Optional.of(spread(1000)),
                List.of(
                    new Report.PeerLine.Measured(
                        stored.comparisons().getFirst(),
                        "0.14.0",
                        spread(2000),
                        Optional.of(2.0),
                        Optional.of("round 2 broke")))),
            new Report.Line(memory, Optional.empty(), List.of())),
        List.of("a round broke"));
  }
}
