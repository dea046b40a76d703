package dev.gnomon.bench.work;

import static dev.gnomon.bench.work.Scripts.script;
import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkplaceTest {
  private static final String SEARCH_PATH = System.getenv("PATH");

  @TempDir Path directory;

  private Workplace workplace(Duration limit) throws IOException {
    return new Workplace(directory, SEARCH_PATH, limit, Duration.ofMillis(200));
  }

  private Workplace workplace() throws IOException {
    return workplace(Duration.ofMinutes(1));
  }

  private Program program(String body, String... arguments) throws IOException {
    Path file = script(directory.resolve("bin/tool"), body);
    List<String> argv = new ArrayList<>(List.of(file.toString()));
    argv.addAll(List.of(arguments));
    return new Program(argv, directory, Map.of("GIVEN", "by us"));
  }

  @Test
  void runsAProgramAndTellsAllAboutIt() throws Exception {
    try (Workplace workplace = workplace()) {
      ProgramRun run =
          workplace.run(
              program(
                  "echo \"$1 $GIVEN\"; pwd; printf '0\\n1\\n\\nwhy\\nend\\n' >&2; exit 7", "job"));

      assertThat(run.exitCode()).isEqualTo(7);
      assertThat(run.output()).isEqualTo("job by us\n" + directory.toRealPath() + "\n");
      assertThat(run.complaint()).isEqualTo("1 | why | end");
      assertThat(run.seconds()).isPositive();
      assertThatThrownBy(run::succeeded)
          .isInstanceOf(RoundFailedException.class)
          .hasMessage("tool job exited with 7: 1 | why | end");
    }
  }

  @Test
  void givesAProgramNothingToRead() throws Exception {
    try (Workplace workplace = workplace()) {
      assertThat(workplace.run(program("cat; echo end")).succeeded().output()).isEqualTo("end\n");
    }
  }

  @Test
  void measuresTheMemoryOfARunningProgram() throws Exception {
    assumeThat(Path.of("/proc/self/status")).exists();
    try (Workplace workplace = workplace()) {
      // A busy machine may look at it for the first time when it is over: then it runs longer.
      ProgramRun run = workplace.run(program("sleep 0.5; exit 0"));
      for (int seconds = 2; run.childrenPeakMebibytes().isEmpty() && seconds < 60; seconds *= 2) {
        run = workplace.run(program("sleep " + seconds + "; exit 0"));
      }

      double whole = run.peakMebibytes().orElseThrow();
      assertThat(run.childrenPeakMebibytes().orElseThrow()).isPositive().isLessThan(whole);
    }
  }

  @Test
  void refusesAProgramThatIsNotThere() throws Exception {
    try (Workplace workplace = workplace()) {
      Program missing =
          new Program(List.of(directory.resolve("none").toString()), directory, Map.of());

      assertThatThrownBy(() -> workplace.run(missing).succeeded())
          .isInstanceOf(RoundFailedException.class)
          .hasMessageStartingWith("none ");
    }
  }

  @Test
  void endsAProgramThatIsTooSlowWithWhatItStarted() throws Exception {
    Path pids = directory.resolve("pids");
    Program slow =
        program(
            "trap '' TERM; sleep 600 & echo $! >pids.new; mv pids.new "
                + pids
                + "; exec sleep 600");
    // More and more time, until it was enough for writing the file on a busy machine.
    for (int millis = 500; Files.notExists(pids) && millis < 60_000; millis *= 4) {
      String message = "tool ran longer than " + millis / 1000 + " s";
      try (Workplace workplace = workplace(Duration.ofMillis(millis))) {
        assertThatThrownBy(() -> workplace.run(slow)).hasMessage(message);
      }
    }
    awaitEnd(Long.parseLong(Files.readString(pids).strip()));
  }

  @Test
  void endsAServingProgramWithWhatItStarted() throws Exception {
    Path pids = directory.resolve("pids");
    try (Workplace workplace = workplace();
        ServingProgram serving =
            workplace.serve(
                program("sleep 600 & echo $! >pids.new; mv pids.new " + pids + "; wait"))) {
      await().until(() -> Files.exists(pids));
      serving.requireRunning();

      serving.close();

      awaitEnd(Long.parseLong(Files.readString(pids).strip()));
      assertThatThrownBy(serving::requireRunning).isInstanceOf(RoundFailedException.class);
    }
  }

  @Test
  void tellsWhyAServingProgramEnded() throws Exception {
    try (Workplace workplace = workplace();
        ServingProgram serving = workplace.serve(program("echo no place >&2; exit 3", "job"))) {
      await()
          .untilAsserted(() ->
              assertThatThrownBy(serving::requireRunning)
                  .isInstanceOf(RoundFailedException.class)
                  .hasMessage("tool job ended with 3: no place"));
    }
  }

  @Test
  void removesItsDirectoryAndStartsNothingOnceClosed() throws Exception {
    Workplace workplace = workplace();
    Path fresh = workplace.fresh("round");
    Files.writeString(fresh.resolve("file"), "x");

    workplace.close();
    workplace.close();

    assertThat(fresh.getParent()).doesNotExist();
    assertThatThrownBy(() -> workplace.run(program("exit 0")))
        .isInstanceOf(RoundFailedException.class);
  }

  @Test
  void leavesNothingRunningWhenTheBenchIsEnded() throws Exception {
    long program = startAndStop(Process::destroy);

    awaitEnd(program);
    try (var left = Files.newDirectoryStream(directory, "gnomon-bench-*")) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void leavesNothingRunningWhenTheBenchIsKilled() throws Exception {
    assumeThat(Executables.find("setpriv", SEARCH_PATH)).isPresent();

    awaitEnd(startAndStop(Process::destroyForcibly));
  }

  /// @return the pid of the program of a bench that was stopped
  private long startAndStop(Consumer<Process> stop) throws Exception {
    Path tool =
        script(
            directory.resolve("bin/tool"),
            "echo $$ >started.new; mv started.new started; exec sleep 600");
    Process bench =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WorkplaceChild.class.getName(),
                directory.toString(),
                tool.toString())
            .redirectErrorStream(true)
            .start();
    long pid;
    try (BufferedReader said = bench.inputReader(StandardCharsets.UTF_8)) {
      pid = Long.parseLong(said.readLine());
      stop.accept(bench);
      assertThat(bench.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      bench.destroyForcibly();
    }
    return pid;
  }

  private static void awaitEnd(long pid) throws Exception {
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    if (process.isPresent()) {
      process.get().onExit().get(2, TimeUnit.MINUTES);
    }
  }
}
