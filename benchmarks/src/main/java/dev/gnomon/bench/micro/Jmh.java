package dev.gnomon.bench.micro;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.bench.work.Program;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.Workplace;
import dev.gnomon.core.control.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Runs benchmarks of this package by JMH, which starts a process for each, in a process of its
/// own.
record Jmh(Workplace workplace, Path directory) {
  private static final String PACKAGE = Jmh.class.getPackageName() + ".";

  /// @param benchmarks such as `Chunks.cut`, or `Lookups.hit:1000000` with a number of entries
  /// @return operations a second by benchmark
  Map<String, Double> run(List<String> benchmarks)
      throws RoundFailedException, IOException, InterruptedException {
    Path result = directory.resolve("jmh.json");
    String pattern =
        benchmarks.stream()
            .map(name -> name.split(":", 2)[0].replace(".", "\\."))
            .distinct()
            .collect(Collectors.joining("|", "^" + PACKAGE.replace(".", "\\.") + "(", ")$"));
    List<String> argv =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-Djava.io.tmpdir=" + directory,
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jmh.Main",
                "-foe",
                "true",
                "-rf",
                "json",
                "-rff",
                result.toString(),
                pattern));
    TreeSet<String> entries = new TreeSet<>();
    benchmarks.stream()
        .filter(name -> name.contains(":"))
        .forEach(name -> entries.add(name.split(":", 2)[1]));
    if (!entries.isEmpty()) {
      argv.addAll(List.of("-p", "entries=" + String.join(",", entries)));
    }
    workplace.run(new Program(argv, directory, Map.of())).succeeded();
    Map<String, Double> scores = new LinkedHashMap<>();
    for (JsonNode one : Json.MAPPER.readTree(result.toFile())) {
      String name = one.path("benchmark").asText().substring(PACKAGE.length());
      JsonNode number = one.path("params").path("entries");
      scores.put(
          number.isMissingNode() ? name : name + ":" + number.asText(),
          one.path("primaryMetric").path("score").asDouble());
    }
    return scores;
  }
}
