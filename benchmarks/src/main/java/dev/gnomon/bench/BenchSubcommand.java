package dev.gnomon.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.bench.cuts.CutTable;
import dev.gnomon.bench.decide.DecideBench;
import dev.gnomon.bench.demo.DemoBench;
import dev.gnomon.bench.detector.DetectorBench;
import dev.gnomon.bench.garbage.GarbageBench;
import dev.gnomon.bench.growth.GrowthBench;
import dev.gnomon.bench.harness.Bench;
import dev.gnomon.bench.harness.Contest;
import dev.gnomon.bench.harness.Drawn;
import dev.gnomon.bench.harness.Machine;
import dev.gnomon.bench.harness.Report;
import dev.gnomon.bench.harness.ReportJson;
import dev.gnomon.bench.harness.Rounds;
import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.harness.TableView;
import dev.gnomon.bench.micro.MicroBench;
import dev.gnomon.bench.nab.NabBench;
import dev.gnomon.bench.scenarios.PredictionBench;
import dev.gnomon.bench.scenarios.ScenarioBench;
import dev.gnomon.bench.startup.StartupBench;
import dev.gnomon.bench.store.StoreBench;
import dev.gnomon.bench.telemetry.TelemetryBench;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.Workplace;
import dev.gnomon.core.control.Json;
import dev.gnomon.local.cli.Failure;
import dev.gnomon.local.cli.Subcommand;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// `gnomon bench [NAME]`: measures, prints a table for people or JSON. It exits with 0 whenever it
/// measured, whether targets hold or not: figures are for people to judge.
public final class BenchSubcommand implements Subcommand {
  private static final List<Bench> BENCHES =
      List.of(
          new DemoBench(),
          new StoreBench(),
          new GrowthBench(),
          new MicroBench(),
          new NabBench(),
          new TelemetryBench(),
          new DetectorBench(),
          new DecideBench(),
          new PredictionBench(),
          new StartupBench());

  private final List<Bench> benches;
  private final Map<String, String> environment;
  private final @Nullable String root;
  private final Path temporary;

  /// For the ServiceLoader.
  public BenchSubcommand() {
    this(
        BENCHES,
        System.getenv(),
        System.getProperty("gnomon.root"),
        Path.of(System.getProperty("java.io.tmpdir")));
  }

  /// @param root the checkout, told by the launcher
  /// @param temporary where the demo makes its directories, too, so that all use the same disk
  BenchSubcommand(
      List<Bench> benches, Map<String, String> environment, @Nullable String root, Path temporary) {
    this.benches = List.copyOf(benches);
    this.environment = Map.copyOf(environment);
    this.root = root;
    this.temporary = temporary;
  }

  @Override
  public String name() {
    return "bench";
  }

  @Override
  public int run(List<String> words, PrintStream out, PrintStream err) throws Exception {
    if (!words.isEmpty() && words.getFirst().equals(CutTable.NAME)) {
      CutTable.run(words.subList(1, words.size()), out);
      return 0;
    }
    if (!words.isEmpty() && words.getFirst().equals(GarbageBench.NAME)) {
      return GarbageBench.run(words, out);
    }
    if (!words.isEmpty() && words.getFirst().equals(ScenarioBench.NAME)) {
      return ScenarioBench.run(words, temporary, out, err);
    }
    Optional<BenchOptions> options = BenchOptions.parse(words, out);
    if (options.isEmpty()) {
      return 0;
    }
    BenchOptions asked = options.get();
    if (asked.name().isEmpty()) {
      list(asked, out);
      return 0;
    }
    Bench bench = named(asked.name().get());
    asked.check(bench);
    Report report = measure(bench, asked, err);
    ObjectNode json = ReportJson.of(report);
    if (asked.out().isPresent()) {
      Path file = asked.out().get();
      ReportFile.write(file, text(json));
      if (bench instanceof Drawn drawn) {
        ReportFile.write(file.resolveSibling(file.getFileName() + ".svg"), drawn.svg(report));
      }
    }
    if (asked.json()) {
      out.print(text(json));
    } else {
      TableView.lines(report).forEach(out::println);
    }
    out.flush();
    return 0;
  }

  private Report measure(Bench bench, BenchOptions asked, PrintStream err)
      throws IOException, InterruptedException {
    Path checkout = checkout();
    int count = asked.rounds(bench);
    String searchPath = environment.getOrDefault("PATH", "/usr/bin:/bin");
    try (Workplace workplace = Workplace.in(asked.temporary().orElse(temporary), searchPath)) {
      Setting setting =
          new Setting(
              checkout,
              asked.path(),
              asked.peerPrograms(),
              searchPath,
              workplace,
              asked.only(),
              asked.data(),
              asked.s3());
      Contest contest = bench.prepare(setting);
      Rounds rounds =
          new Rounds(
              workplace,
              line -> err.println(TableView.safe("bench " + bench.name() + ": " + line)));
      Rounds.Tallies tallies = rounds.run(contest, count);
      return Report.of(bench, Machine.here(), count, contest, tallies);
    } catch (RoundFailedException e) {
      throw Failure.failed("bench " + bench.name() + " measured nothing: " + e.text());
    }
  }

  private Path checkout() {
    if (root == null) {
      throw Failure.failed("the launcher is not known: start benches with ./gnomon bench");
    }
    return Path.of(root).toAbsolutePath();
  }

  private Bench named(String name) {
    return benches.stream()
        .filter(bench -> bench.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            Failure.wrongUse(
                "unknown bench '%s', there are: %s"
                    .formatted(
                        name,
                        Stream.concat(
                                benches.stream().map(Bench::name),
                                Stream.of(CutTable.NAME, GarbageBench.NAME, ScenarioBench.NAME))
                            .collect(Collectors.joining(", ")))));
  }

  /// The benches, and the tables that have words of their own.
  private void list(BenchOptions asked, PrintStream out) throws IOException {
    Map<String, String> summaries = new LinkedHashMap<>();
    Map<String, List<String>> peers = new LinkedHashMap<>();
    for (Bench bench : benches) {
      summaries.put(bench.name(), bench.summary());
      peers.put(bench.name(), bench.peers());
    }
    summaries.put(CutTable.NAME, CutTable.SUMMARY);
    summaries.put(GarbageBench.NAME, GarbageBench.SUMMARY);
    summaries.put(ScenarioBench.NAME, ScenarioBench.SUMMARY);
    if (asked.json()) {
      ObjectNode json = Json.MAPPER.createObjectNode();
      ArrayNode all = json.putArray("benches");
      summaries.forEach((name, summary) -> {
        ArrayNode names =
            all.addObject().put("name", name).put("summary", summary).putArray("peers");
        peers.getOrDefault(name, List.of()).forEach(names::add);
      });
      out.print(text(json));
      return;
    }
    int width = summaries.keySet().stream().mapToInt(String::length).max().orElse(0);
    summaries.forEach((name, summary) -> {
      List<String> names = peers.getOrDefault(name, List.of());
      out.println(
          name
              + " ".repeat(width - name.length() + 2)
              + summary
              + (names.isEmpty() ? "" : "; peers: " + String.join(", ", names)));
    });
  }

  private static String text(JsonNode json) throws IOException {
    return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
  }
}
