package dev.gnomon.yaml;

import java.nio.file.Path;
import java.util.Comparator;

/// One mistake (or doubt) at one place of a configuration file.
///
/// @param file the file, as it was given
/// @param line from 1; 0 if the file as a whole is meant
/// @param column from 1; 0 if the file as a whole is meant
/// @param path where it stands, such as `resources[0].shadow.every`; empty for the file as a whole
/// @param message a sentence: what was expected, what is there
public record Problem(
    Severity severity, Path file, int line, int column, String path, String message) {
  static final Comparator<Problem> BY_PLACE =
      Comparator.comparingInt(Problem::line)
          .thenComparingInt(Problem::column)
          .thenComparing(Problem::path)
          .thenComparing(Problem::message);

  /// Whether the file can be used in spite of it.
  public enum Severity {
    ERROR,
    WARNING
  }

  /// `gnomon.yaml:12:5: error: resources[0].cell: unknown cell 'wset'`
  @Override
  public String toString() {
    String place = line == 0 ? file.toString() : file + ":" + line + ":" + column;
    String kind = severity == Severity.ERROR ? "error" : "warning";
    return place + ": " + kind + ": " + (path.isEmpty() ? "" : path + ": ") + message;
  }
}
