package dev.gnomon.filesystem.programs;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.filesystem.programs.ProgramOutcome.Exited;
import dev.gnomon.filesystem.programs.ProgramOutcome.Killed;
import dev.gnomon.filesystem.programs.ProgramOutcome.NotStarted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramRunnerTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path dir;
  private final ProgramRunner programs = new ProgramRunner();
  private ProgramOutcome killed = new NotStarted("nothing ran yet");

  @Test
  void keepsExitCodeAndOutputOfBothStreams() {
    assertThat(sh("echo out; echo err >&2; exit 3", LONG)).isEqualTo(new Exited(3, "out\nerr\n"));
  }

  @Test
  void runsInTheDirectoryWithTheVariablesAndTheInheritedOnes() {
    assertThat(
            programs.run(
                List.of("sh", "-c", "pwd; echo $GNOMON_X; test -n \"$PATH\""),
                dir,
                Map.of("GNOMON_X", "seven"),
                LONG))
        .isEqualTo(new Exited(0, dir + "\nseven\n"));
  }

  @Test
  void argumentsAreNotInterpretedByAShell() {
    assertThat(programs.run(List.of("echo", "$HOME; *"), dir, Map.of(), LONG))
        .isEqualTo(new Exited(0, "$HOME; *\n"));
  }

  @Test
  void standardInputIsEmpty() {
    assertThat(sh("cat; echo end", LONG)).isEqualTo(new Exited(0, "end\n"));
  }

  @Test
  void keepsOnlyTheEndOfLongOutput() {
    Exited outcome = (Exited) sh("yes gnomon | head -c 3000000; echo last", LONG);

    assertThat(outcome.tail()).startsWith("…").endsWith("gnomon\ngnolast\n");
    assertThat(outcome.tail().length()).isEqualTo(ProgramRunner.TAIL_BYTES + 1);
  }

  @Test
  void killsTheWholeGroupWhenItTakesTooLong() throws Exception {
    // The middle shell is gone, so that the sleeper is no descendant any more.
    Duration limit =
        killedAfterWriting(
            "orphan", "echo begun; sh -c 'sleep 600 & echo $! > orphan'; sleep 600", programs);

    assertThat(killed)
        .isEqualTo(new Killed("it ran longer than " + limit.toMillis() + " ms", "begun\n"));
    assertGone("orphan");
  }

  @Test
  void killsChildrenThatLeftTheGroup() throws Exception {
    killedAfterWriting(
        "own-session", "setsid sh -c 'echo $$ > own-session; exec sleep 600' & wait", programs);

    assertGone("own-session");
  }

  @Test
  void killsProgramsThatIgnoreTerm() throws Exception {
    killedAfterWriting(
        "stubborn", "trap '' TERM; echo $$ > stubborn; while :; do sleep 1; done", programs);

    assertGone("stubborn");
  }

  @Test
  void backgroundChildThatKeepsTheOutputOpenDoesNotHoldTheCallUp() throws Exception {
    Exited outcome = (Exited) sh("sleep 600 & echo $! > child; echo done", LONG);

    assertThat(outcome).isEqualTo(new Exited(0, "done\n"));
    ProcessHandle child = ProcessHandle.of(pid("child")).orElseThrow();
    assertThat(child.isAlive()).isTrue();
    child.destroyForcibly();
  }

  @Test
  void missingProgramIsSaid() {
    ProgramOutcome outcome = programs.run(List.of("gnomon-no-such"), dir, Map.of(), LONG);

    assertThat(outcome.failure().orElseThrow()).contains("gnomon-no-such");
  }

  @Test
  void missingProgramIsSaidWithoutTheTools() {
    ProgramOutcome outcome =
        new ProgramRunner("/nowhere").run(List.of("gnomon-no-such"), dir, Map.of(), LONG);

    assertThat(outcome).isInstanceOf(NotStarted.class);
    assertThat(outcome.failure().orElseThrow()).contains("gnomon-no-such");
  }

  @Test
  void programsOfMachinesWithoutTheToolsAreKilledToo() throws Exception {
    killedAfterWriting("plain", "sleep 600 & echo $! > plain; wait", new ProgramRunner("/nowhere"));

    assertGone("plain");
  }

  @Test
  void missingDirectoryIsSaid() {
    assertThat(programs.run(List.of("true"), dir.resolve("absent"), Map.of(), LONG))
        .isEqualTo(new NotStarted(dir.resolve("absent") + " is not a directory"));
  }

  @Test
  void emptyArgumentVectorIsSaid() {
    assertThat(programs.run(List.of(), dir, Map.of(), LONG))
        .isEqualTo(new NotStarted("its argument vector is empty"));
  }

  @Test
  void interruptKillsTheProgram() throws Exception {
    AtomicReference<ProgramOutcome> outcome = new AtomicReference<>();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread caller =
        Thread.ofPlatform()
            .start(() -> {
              outcome.set(sh("echo $$ > running; sleep 600", LONG));
              interrupted.complete(Thread.currentThread().isInterrupted());
            });
    await().until(() -> Files.exists(dir.resolve("running")) && pid("running") > 0);

    caller.interrupt();

    assertThat(interrupted.get()).isTrue();
    assertThat(outcome.get()).isInstanceOf(Killed.class);
    assertGone("running");
  }

  private ProgramOutcome sh(String script, Duration limit) {
    return programs.run(List.of("sh", "-c", script), dir, Map.of(), limit);
  }

  /// Runs a script that never ends by itself. Gives it more time until it had enough for writing
  /// its file: on a busy machine that may take longer than a test wants to wait.
  ///
  /// @return the time it had
  private Duration killedAfterWriting(String file, String script, ProgramRunner runner)
      throws Exception {
    Duration limit = SHORT;
    killed = runner.run(List.of("sh", "-c", script), dir, Map.of(), limit);
    while (!Files.exists(dir.resolve(file)) || pid(file) == 0) {
      limit = limit.multipliedBy(4);
      assertThat(limit).as("%s was not written", file).isLessThan(LONG);
      killed = runner.run(List.of("sh", "-c", script), dir, Map.of(), limit);
    }
    return limit;
  }

  private long pid(String file) throws Exception {
    String text = Files.readString(dir.resolve(file)).strip();
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }

  private void assertGone(String file) throws Exception {
    long pid = pid(file);
    await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
  }
}
