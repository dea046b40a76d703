package dev.gnomon.bench.nab;

import dev.gnomon.bench.work.RoundFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// The benchmark's files, in the order of their names. Immutable.
///
/// @param files all of them
record Corpus(List<Series> files) {
  private static final String GZIP = ".gz";

  Corpus {
    files = List.copyOf(files);
  }

  /// @param directory with `data/` and `windows.csv`
  /// @throws RoundFailedException if it holds something else
  static Corpus read(Path directory) throws IOException, RoundFailedException {
    Path data = directory.resolve("data");
    Path listed = directory.resolve("windows.csv");
    if (!Files.isDirectory(data) || !Files.isRegularFile(listed)) {
      throw new RoundFailedException("data/ and windows.csv of NAB are not in " + directory);
    }
    Map<String, List<String[]>> windows = new HashMap<>();
    for (String line : Files.readAllLines(listed).stream().skip(1).toList()) {
      String[] cells = line.split(",", -1);
      windows.computeIfAbsent(cells[0], name -> new ArrayList<>()).add(cells);
    }
    List<Series> files = new ArrayList<>();
    for (Path path : csvFiles(data)) {
      String name = data.relativize(path).toString().replace('\\', '/');
      name = name.endsWith(GZIP) ? name.substring(0, name.length() - GZIP.length()) : name;
      List<String[]> labels = windows.remove(name);
      files.add(series(name, path, labels == null ? List.of() : labels));
    }
    if (!windows.isEmpty()) {
      throw new RoundFailedException(
          "windows.csv labels files that %s lacks: %s"
              .formatted(data, new TreeSet<>(windows.keySet())));
    }
    return new Corpus(files);
  }

  /// The half that parameters may be tuned on: the files with the smallest SHA-256 of their names.
  Corpus tuned() {
    List<Series> byDigest =
        files.stream().sorted(Comparator.comparing(file -> digest(file.name()))).toList();
    return only(byDigest.subList(0, files.size() / 2));
  }

  /// The other half.
  Corpus unseen() {
    List<Series> tuned = tuned().files;
    return only(files.stream().filter(file -> !tuned.contains(file)).toList());
  }

  /// The files of one directory, such as `realKnownCause`.
  Corpus under(String directory) {
    return only(files.stream().filter(file -> file.name().startsWith(directory + "/")).toList());
  }

  private Corpus only(List<Series> some) {
    return new Corpus(files.stream().filter(some::contains).toList());
  }

  private static String digest(String name) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static List<Path> csvFiles(Path data) throws IOException {
    try (Stream<Path> all = Files.walk(data)) {
      return all.filter(path -> path.toString().matches(".*\\.csv(\\.gz)?")).sorted().toList();
    }
  }

  private static Series series(String name, Path path, List<String[]> labels)
      throws IOException, RoundFailedException {
    List<Instant> times = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    Map<String, Integer> first = new HashMap<>();
    try (BufferedReader lines = reader(path)) {
      lines.readLine();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int comma = line.indexOf(',');
        if (comma < 0) {
          continue;
        }
        String time = line.substring(0, comma);
        first.putIfAbsent(time, times.size());
        times.add(LocalDateTime.parse(time.replace(' ', 'T')).toInstant(ZoneOffset.UTC));
        values.add(Double.valueOf(line.substring(comma + 1)));
      }
    }
    List<Window> windows = new ArrayList<>();
    for (String[] label : labels) {
      windows.add(new Window(row(name, label[1], first), row(name, label[2], first)));
    }
    windows.sort(Comparator.comparingInt(Window::first));
    return new Series(
        name,
        times.toArray(Instant[]::new),
        values.stream().mapToDouble(Double::doubleValue).toArray(),
        windows);
  }

  /// The first row of a time, which the labels write with a fraction.
  private static int row(String file, String time, Map<String, Integer> first)
      throws RoundFailedException {
    Integer row = first.get(time.replaceFirst("\\.0+$", ""));
    if (row == null) {
      throw new RoundFailedException("%s has no row at %s".formatted(file, time));
    }
    return row;
  }

  static BufferedReader reader(Path path) throws IOException {
    InputStream in = Files.newInputStream(path);
    return new BufferedReader(
        new InputStreamReader(
            path.toString().endsWith(GZIP) ? new GZIPInputStream(in) : in, StandardCharsets.UTF_8));
  }
}
