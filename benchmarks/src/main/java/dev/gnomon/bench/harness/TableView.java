package dev.gnomon.bench.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// A report for people: lines of plain text. Text that programs wrote is made harmless for a
/// terminal.
public final class TableView {
  private static final List<String> HEADS =
      List.of("measure", "unit", "who", "median", "min", "max", "ratio", "target", "");

  /// Columns of numbers end together, the others begin together.
  private static final int FIRST_NUMBER = 3;

  private static final int LAST_NUMBER = 6;

  private final List<List<String>> rows = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private TableView() {
    rows.add(HEADS);
  }

  public static List<String> lines(Report report) {
    TableView table = new TableView();
    report.failures().forEach(why -> table.note("a round of gnomon failed: " + why));
    report.measures().forEach(table::add);
    List<String> lines = new ArrayList<>();
    lines.add(head(report));
    lines.add("");
    lines.addAll(table.aligned());
    if (!table.notes.isEmpty()) {
      lines.add("");
      lines.addAll(table.notes);
    }
    return lines.stream().map(TableView::safe).toList();
  }

  private static String head(Report report) {
    Machine machine = report.machine();
    String input =
        report
            .input()
            .map(size ->
                "%d files, %s, ".formatted(size.files(), text("%.1f MiB", mebibytes(size.bytes()))))
            .orElse("");
    return "bench %s: %s%s on %s, %d cores, %s, %s, JDK %s"
        .formatted(
            report.bench(),
            input,
            report.rounds() == 1 ? "1 round" : report.rounds() + " rounds",
            machine.cpu(),
            machine.cores(),
            text("%.1f GiB", mebibytes(machine.memoryBytes()) / 1024),
            machine.kernel(),
            machine.jdk());
  }

  private void add(Report.Line line) {
    Measure measure = line.measure();
    String target =
        measure
            .target()
            .map(value ->
                switch (measure.better()) {
                  case LESS -> "under " + figure(measure.unit(), value);
                  case MORE -> "at least " + figure(measure.unit(), value);
                })
            .orElse("");
    row(measure.name(), measure.unit(), Rounds.OURS, line.ours(), "", target, line.ownHolds());
    line.peers().forEach(peer -> add(measure.unit(), peer));
  }

  private void add(Unit unit, Report.PeerLine line) {
    Comparison comparison = line.comparison();
    String peer = comparison.peer();
    String target = comparison.target().map(least -> text("at least %.2fx", least)).orElse("");
    switch (line) {
      case Report.PeerLine.Absent absent -> {
        row("", unit, peer + " (absent)", Optional.empty(), "", target, line.holds());
        note(peer + " is absent: " + absent.reason());
      }
      case Report.PeerLine.Failed failed -> {
        String who = versioned(peer, failed.version().orElse(""));
        row("", unit, who + " (failed)", Optional.empty(), "", target, line.holds());
        note(peer + " failed: " + failed.reason());
      }
      case Report.PeerLine.Measured measured -> {
        String ratio = measured.ratio().map(value -> text("%.2fx", value)).orElse("");
        row(
            "",
            unit,
            versioned(peer, measured.version()),
            Optional.of(measured.spread()),
            ratio,
            target,
            measured.holds());
        measured.failure().ifPresent(why -> note("a round of " + peer + " failed: " + why));
        comparison.note().ifPresent(this::note);
      }
    }
  }

  private static String versioned(String peer, String version) {
    return (peer + " " + version).strip();
  }

  private void row(
      String measure,
      Unit unit,
      String who,
      Optional<Spread> spread,
      String ratio,
      String target,
      Optional<Boolean> holds) {
    rows.add(
        List.of(
            measure,
            measure.isEmpty() ? "" : unit.symbol(),
            who,
            spread.map(value -> figure(unit, value.median())).orElse("-"),
            spread.map(value -> figure(unit, value.min())).orElse("-"),
            spread.map(value -> figure(unit, value.max())).orElse("-"),
            ratio,
            target,
            holds.map(value -> value ? "holds" : "MISSED").orElse("")));
  }

  private void note(String text) {
    if (!notes.contains(text)) {
      notes.add(text);
    }
  }

  private List<String> aligned() {
    return rows.stream().map(this::aligned).toList();
  }

  private String aligned(List<String> row) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      String cell = row.get(column);
      String gap = " ".repeat(width(column) - cell.length());
      boolean number = column >= FIRST_NUMBER && column <= LAST_NUMBER;
      line.append(number ? gap + cell : cell + gap).append("  ");
    }
    return line.toString().stripTrailing();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  private static String figure(Unit unit, double value) {
    return switch (unit) {
      case SECONDS, SHARE -> text("%.3f", value);
      case BYTES, COUNT -> text("%.0f", value);
      case MEBIBYTES -> text("%.1f", value);
      case GIGABYTES_A_SECOND, MILLIONS_A_SECOND, RATIO, MICROSECONDS, POINTS ->
          text("%.2f", value);
    };
  }

  private static double mebibytes(long bytes) {
    return bytes / (1024.0 * 1024.0);
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /// A line without what would control a terminal.
  public static String safe(String line) {
    return line.codePoints()
        .mapToObj(c -> Character.isISOControl(c) || formats(c) ? "?" : Character.toString(c))
        .collect(Collectors.joining());
  }

  private static boolean formats(int c) {
    return switch (Character.getType(c)) {
      case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      default -> false;
    };
  }
}
