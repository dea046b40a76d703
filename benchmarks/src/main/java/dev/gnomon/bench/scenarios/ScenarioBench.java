package dev.gnomon.bench.scenarios;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.bench.ReportFile;
import dev.gnomon.bench.harness.Machine;
import dev.gnomon.bench.work.Workplace;
import dev.gnomon.core.control.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// `gnomon bench scenarios [--seed N] [--only NAME]... [--story] [--json] [--out FILE]`: scripted
/// incidents in virtual time. Exits with 1 if a switch followed from missing data, or a resource
/// flapped.
public final class ScenarioBench {
  public static final String NAME = "scenarios";

  /// One line about what it measures.
  public static final String SUMMARY =
      "scripted incidents in virtual time: foreseen, switched, RTO, RPO, false switches";

  private ScenarioBench() {}

  public static int run(List<String> words, Path temporary, PrintStream out, PrintStream err)
      throws Exception {
    Optional<ScenarioOptions> parsed = ScenarioOptions.parse(words, out);
    if (parsed.isEmpty()) {
      return 0;
    }
    ScenarioOptions asked = parsed.get();
    List<Result> results = all(asked, temporary, err);
    Summary summary = Summary.of(results);
    ObjectNode json = ScenarioReport.json(results, summary, asked.seed(), Machine.here());
    String text = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    if (asked.out().isPresent()) {
      ReportFile.write(asked.out().get(), text);
    }
    if (asked.json()) {
      out.print(text);
    } else {
      ScenarioReport.lines(results, summary, asked.seed()).forEach(out::println);
    }
    out.flush();
    return summary.holds() ? 0 : 1;
  }

  /// As many at a time as there are processors; each is on its own, so that it is the same whoever
  /// runs beside it.
  private static List<Result> all(ScenarioOptions asked, Path temporary, PrintStream err)
      throws Exception {
    try (Workplace workplace = Workplace.in(asked.temporary().orElse(temporary), "");
        ExecutorService workers =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      List<Future<Result>> running = new ArrayList<>();
      for (Scenario scenario : asked.scenarios()) {
        Path root = workplace.fresh(scenario.name());
        running.add(workers.submit(() -> rehearse(scenario, asked.seed(), root)));
      }
      List<Result> results = new ArrayList<>();
      try {
        for (Future<Result> one : running) {
          Result result = one.get();
          results.add(result);
          err.println("bench scenarios: " + result.scenario().name());
          if (asked.story()) {
            result.story().forEach(line -> err.println("  " + line));
          }
        }
      } finally {
        workers.shutdownNow();
      }
      return results;
    }
  }

  static Result rehearse(Scenario scenario, long seed, Path root)
      throws IOException, InterruptedException {
    try {
      return new Rehearsal(scenario, seed, root).run();
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "scenario %s with --seed %d broke".formatted(scenario.name(), seed), e);
    }
  }
}
