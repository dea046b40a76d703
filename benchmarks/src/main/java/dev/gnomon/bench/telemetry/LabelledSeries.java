package dev.gnomon.bench.telemetry;

import dev.gnomon.bench.work.RoundFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// One series with labels. Immutable; the arrays are not to be written.
///
/// @param values NaN where there is none
/// @param labels whether a row is anomalous
@SuppressWarnings("ArrayRecordComponent")
record LabelledSeries(String name, Instant[] times, double[] values, boolean[] labels) {
  int rows() {
    return values.length;
  }

  /// All `*.csv.gz` below a directory, by name: `TimeStamp,Value,Label`.
  static List<LabelledSeries> read(Path directory) throws IOException, RoundFailedException {
    List<LabelledSeries> all = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> walk = Files.walk(directory)) {
      files = walk.filter(path -> path.toString().endsWith(".csv.gz")).sorted().toList();
    }
    for (Path file : files) {
      all.add(one(directory.relativize(file).toString(), file));
    }
    if (all.isEmpty()) {
      throw new RoundFailedException("no series (*.csv.gz) are below " + directory);
    }
    return all;
  }

  private static LabelledSeries one(String name, Path file)
      throws IOException, RoundFailedException {
    List<Instant> times = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    List<Boolean> labels = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      lines.readLine();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.replace("\"", "").split(",", -1);
        if (cells.length < 3) {
          continue;
        }
        times.add(time(cells[0]));
        values.add(cells[1].isBlank() ? Double.NaN : Double.parseDouble(cells[1]));
        labels.add(Double.parseDouble(cells[2]) != 0);
      }
    } catch (DateTimeParseException | NumberFormatException e) {
      throw new RoundFailedException("%s is no labelled series: %s".formatted(name, e));
    }
    boolean[] marks = new boolean[labels.size()];
    for (int row = 0; row < marks.length; row++) {
      marks[row] = labels.get(row);
    }
    return new LabelledSeries(
        name,
        times.toArray(Instant[]::new),
        values.stream().mapToDouble(Double::doubleValue).toArray(),
        marks);
  }

  private static Instant time(String text) {
    String plain = text.replace(' ', 'T').replace("Z", "");
    return LocalDateTime.parse(plain).toInstant(ZoneOffset.UTC);
  }
}
