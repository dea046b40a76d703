package dev.gnomon.local.cli;

import dev.gnomon.local.cli.Console.Style;
import java.util.ArrayList;
import java.util.List;

/// Lines with aligned columns. Cells are made safe, so their width is what a terminal shows (for
/// text of single-width characters).
final class Table {
  private record Cell(Style style, String text) {}

  private final List<List<Cell>> rows = new ArrayList<>();

  Table(String... heads) {
    List<Cell> row = new ArrayList<>();
    for (String head : heads) {
      row.add(new Cell(Style.FAINT, head));
    }
    rows.add(row);
  }

  Table row(String... texts) {
    List<Cell> row = new ArrayList<>();
    for (String text : texts) {
      row.add(new Cell(Style.PLAIN, Safe.text(text)));
    }
    rows.add(row);
    return this;
  }

  /// Gives a cell of the last row a colour.
  Table style(int column, Style style) {
    List<Cell> row = rows.getLast();
    row.set(column, new Cell(style, row.get(column).text()));
    return this;
  }

  void print(Console console, String indent) {
    for (List<Cell> row : rows) {
      StringBuilder line = new StringBuilder(indent);
      for (int i = 0; i < row.size(); i++) {
        Cell cell = row.get(i);
        line.append(console.styled(cell.style(), cell.text()));
        if (i < row.size() - 1) {
          line.repeat(" ", width(i) - length(cell) + 2);
        }
      }
      console.ready(line.toString().stripTrailing());
    }
  }

  private int width(int column) {
    return rows.stream()
        .filter(row -> row.size() > column)
        .mapToInt(row -> length(row.get(column)))
        .max()
        .orElse(0);
  }

  private static int length(Cell cell) {
    return cell.text().codePointCount(0, cell.text().length());
  }
}
