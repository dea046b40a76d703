package dev.gnomon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.bench.demo.DemoBench;
import dev.gnomon.bench.demo.FakePrograms;
import dev.gnomon.bench.nab.NabBench;
import dev.gnomon.bench.store.StoreBench;
import dev.gnomon.bench.work.RealGnomon;
import dev.gnomon.bench.work.Scripts;
import dev.gnomon.core.control.Json;
import dev.gnomon.local.cli.Failure;
import dev.gnomon.local.cli.Subcommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchSubcommandTest {
  private static final String SLOW_SWITCH =
      FakePrograms.DEMO_JSON.replace("\"eventToSwitchMillis\": 80", "\"eventToSwitchMillis\": 900");

  @TempDir Path directory;
  private Path tree;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void demo() throws IOException {
    FakePrograms.launcher(directory, FakePrograms.says(FakePrograms.DEMO_JSON));
    tree = Files.createDirectory(directory.resolve("tree"));
    Files.writeString(tree.resolve("a"), "12345");
  }

  private int run(String... words) throws Exception {
    BenchSubcommand bench =
        new BenchSubcommand(
            List.of(new DemoBench()), Map.of("PATH", ""), directory.toString(), directory);
    return bench.run(
        List.of(words),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private void assertWrongUse(String message, String... words) {
    assertThatThrownBy(() -> run(words))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.exitCode()).isEqualTo(Failure.WRONG_USE))
        .hasMessageContaining(message);
    assertThat(output()).isEmpty();
    assertThat(directory.resolve("calls")).doesNotExist();
  }

  @Test
  void isFoundByTheCommandLine() {
    assertThat(ServiceLoader.load(Subcommand.class))
        .anyMatch(command -> command.name().equals("bench"));
  }

  @Test
  void refusesDataThatIsNoDirectory() {
    assertWrongUse("--data must be a directory", "demo", "--data", directory + "/none");
  }

  @Test
  void refusesABenchOfADataSetWithoutOne() {
    assertThatThrownBy(() ->
            new BenchSubcommand(List.of(new NabBench()), Map.of(), directory.toString(), directory)
                .run(List.of("nab"), System.out, System.err))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.exitCode()).isEqualTo(Failure.WRONG_USE))
        .hasMessageContaining("bench nab needs --data DIR");
  }

  @Test
  void refusesAMeasureThatTheBenchCantReadAlone() {
    assertWrongUse(
        "bench demo has no measure 'shadow' alone, it has: none", "demo", "--only", "shadow");
  }

  @Test
  void listsTheBenchesWithoutAName() throws Exception {
    assertThat(run()).isZero();

    assertThat(output()).startsWith("demo ").contains("peers: restic", "\ncuts ", "\ngarbage ");
  }

  @Test
  void everyBenchThatRunsIsListedAndNamedWhereOneIsNotKnown() throws Exception {
    assertThat(
            new BenchSubcommand()
                .run(
                    List.of(),
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8)))
        .isZero();

    List<String> names = output().lines().map(line -> line.split(" ", 2)[0]).toList();
    assertThat(names)
        .containsExactly(
            "demo",
            "store",
            "growth",
            "micro",
            "nab",
            "telemetry",
            "detector",
            "decide",
            "prediction",
            "startup",
            "cuts",
            "garbage",
            "scenarios");
    assertThatThrownBy(() -> new BenchSubcommand().run(List.of("nosuch"), System.out, System.err))
        .hasMessageContaining(String.join(", ", names));
  }

  @Test
  void listsTheBenchesAsJson() throws Exception {
    assertThat(run("--json")).isZero();

    JsonNode bench = Json.MAPPER.readTree(output()).at("/benches/0");
    assertThat(bench.path("name").asText()).isEqualTo("demo");
    assertThat(bench.at("/peers/0").asText()).isEqualTo("restic");
  }

  @Test
  void explainsItself() throws Exception {
    assertThat(run("--help")).isZero();

    assertThat(output()).contains("--rounds", "--peer", "--out");
  }

  @Test
  void aTableIsForPeople() throws Exception {
    assertThat(run("demo", "--path", tree.toString())).isZero();

    assertThat(output())
        .startsWith("bench demo: 1 files")
        .contains("event-to-switch", "under 0.250", "holds", "restic is absent");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("round 3 of 3: gnomon");
  }

  @Test
  void jsonIsAllThatStandardOutputGetsAndTheFileGetsTheSame() throws Exception {
    Path file = directory.resolve("report.json");
    Files.writeString(file, "an old report");

    int code =
        run("demo", "--json", "--path", tree.toString(), "--out", file.toString(), "--rounds", "2");

    assertThat(code).isZero();
    JsonNode report = Json.MAPPER.readTree(output());
    assertThat(report.path("bench").asText()).isEqualTo("demo");
    assertThat(report.path("rounds").asInt()).isEqualTo(2);
    assertThat(report.at("/measures/0/name").asText()).isEqualTo("shadow");
    assertThat(report.at("/measures/0/ours/median").asDouble()).isEqualTo(1.5);
    assertThat(report.at("/measures/0/peers/0/absent").asBoolean()).isTrue();
    assertThat(report.at("/measures/1/name").asText()).isEqualTo("event-to-switch");
    assertThat(report.at("/measures/1/target").asDouble()).isEqualTo(0.25);
    assertThat(report.at("/measures/1/holds").asBoolean()).isTrue();
    assertThat(file).hasContent(output());
    assertThat(output()).doesNotContain(directory.toString());
  }

  @Test
  void aMissedTargetIsStillMeasured() throws Exception {
    FakePrograms.launcher(directory, FakePrograms.says(SLOW_SWITCH));

    assertThat(run("demo", "--path", tree.toString(), "--json", "--rounds", "1")).isZero();

    assertThat(Json.MAPPER.readTree(output()).at("/measures/1/holds").asBoolean(true)).isFalse();
  }

  @Test
  void measuresAPeerThatTheUserNamed() throws Exception {
    Path restic = FakePrograms.restic(directory.resolve("bin/restic"));
    // The fake copies with programs of the machine's own PATH, which it inherits.
    int code = run("demo", "--path", tree.toString(), "--json", "--peer", "restic=" + restic);

    assertThat(code).isZero();
    JsonNode peer = Json.MAPPER.readTree(output()).at("/measures/0/peers/0");
    assertThat(peer.path("version").asText()).isEqualTo("0.14.0");
    assertThat(peer.path("median").isNumber()).isTrue();
    assertThat(peer.path("ratio").isNumber()).isTrue();
  }

  @Test
  void aPeerThatFailsIsReportedAndOursMeasured() throws Exception {
    Path restic =
        Scripts.script(
            directory.resolve("bin/restic"),
            "[ $1 = version ] && echo restic 0.1 && exit; echo 'Fatal: no space' >&2; exit 1");

    assertThat(run("demo", "--path", tree.toString(), "--json", "--peer", "restic=" + restic))
        .isZero();

    JsonNode shadow = Json.MAPPER.readTree(output()).at("/measures/0");
    assertThat(shadow.at("/peers/0/failed").asBoolean()).isTrue();
    assertThat(shadow.at("/peers/0/reason").asText())
        .isEqualTo("restic init exited with 1: Fatal: no space");
    assertThat(shadow.at("/ours/median").asDouble()).isEqualTo(1.5);
  }

  @Test
  void failsIfNothingWasMeasured() throws Exception {
    FakePrograms.launcher(directory, "echo 'gnomon: a byte differs' >&2; exit 1");

    assertThatThrownBy(() -> run("demo", "--path", tree.toString(), "--json"))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.exitCode()).isEqualTo(Failure.FAILED))
        .hasMessageContaining("a byte differs");
    assertThat(output()).isEmpty();
  }

  @Test
  void leavesNothingBehind() throws Exception {
    run("demo", "--path", tree.toString(), "--rounds", "1");

    try (var left = Files.newDirectoryStream(directory, "gnomon-bench-*")) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void refusesAnUnknownBench() {
    assertWrongUse("unknown bench 'stroe', there are: demo", "stroe");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1001", "many", ""})
  void refusesANumberOfRoundsThatIsNone(String rounds) {
    assertWrongUse("--rounds", "demo", "--rounds", rounds);
  }

  @Test
  void refusesWordsThatItDoesNotKnow() {
    assertWrongUse("--fast", "demo", "--fast");
    assertWrongUse("again", "demo", "again");
  }

  @Test
  void refusesAPathThatIsNoDirectory() {
    assertWrongUse("--path", "demo", "--path", tree.resolve("a").toString());
    assertWrongUse("--path", "demo", "--path", tree.resolve("none").toString());
  }

  @Test
  void refusesAPeerThatItDoesNotHaveOrThatIsNoProgram() {
    assertWrongUse("it has: restic", "demo", "--peer", "tar=/bin/sh");
    assertWrongUse("--peer restic", "demo", "--peer", "restic=" + tree);
    assertWrongUse("--peer", "demo", "--peer", "restic");
  }

  @Test
  void refusesAnOutputFileThatCannotBeWrittenBeforeItMeasures() {
    assertWrongUse("--out", "demo", "--out", directory.resolve("none/report").toString());
    assertWrongUse("--out", "demo", "--out", tree.toString());
  }

  @Test
  void saysThatItNeedsTheLauncher() {
    BenchSubcommand bench =
        new BenchSubcommand(List.of(new DemoBench()), Map.of(), null, directory);

    assertThatThrownBy(() -> bench.run(List.of("demo"), System.out, System.err))
        .hasMessageContaining("./gnomon bench");
  }

  /// With a tiny tree and the real command line, in place of the launcher.
  @Test
  void withoutAMinioServerAllButItsFiguresIsMeasured() throws Exception {
    Path checkout = Files.createDirectory(directory.resolve("checkout"));
    assertThat(RealGnomon.launcher(checkout)).isExecutable();
    for (int i = 0; i < 200; i++) {
      Files.writeString(tree.resolve("file" + i), "content " + i);
    }
    BenchSubcommand bench =
        new BenchSubcommand(
            List.of(new StoreBench()),
            Map.of("PATH", directory.toString()),
            checkout.toString(),
            directory);
    String[] words = {
      "store", "--s3", "--path", tree.toString(), "--only", "first-shadow", "--rounds", "1"
    };

    int code =
        bench.run(
            List.of(words),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));

    assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    List<String> lines = output().lines().map(line -> line.replaceAll(" +", " ").strip()).toList();
    assertThat(lines)
        .anyMatch(line -> line.matches("first-shadow s gnomon [0-9.]+ [0-9.]+ [0-9.]+"))
        .contains("first-shadow-s3 s gnomon - - -", "stored-bytes-s3 bytes gnomon - - -")
        .contains("restic-s3 (absent) - - -", "rustic-s3 (absent) - - -")
        .anyMatch(line -> line.startsWith("restic-s3 is absent: there is no MinIO server"))
        .noneMatch(line -> line.startsWith("full-restore s"));
    assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("failed");
  }
}
