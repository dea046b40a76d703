package dev.gnomon.filesystem.programs;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Runs programs that users declared, bounded: standard input is empty, the last [#TAIL_BYTES] of
/// output are kept, and a program that takes too long is ended with its whole process group and all
/// its descendants (TERM, then KILL after [#TERM_GRACE]). A program gets a session of its own
/// (setsid) and is killed with this process (a pdeathsig), where the tools for that are present; so
/// one that was started for an old route can't act after a restart. It inherits the environment.
///
/// What a program leaves running in the background after it exits is left alone. Thread-safe.
public final class ProgramRunner {
  public static final int TAIL_BYTES = 8 * 1024;
  static final Duration TERM_GRACE = Duration.ofSeconds(2);
  private static final long OUTPUT_GRACE_MILLIS = 500;

  private final List<String> wrapper;

  public ProgramRunner() {
    this(Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin"));
  }

  ProgramRunner(String searchPath) {
    List<String> words = new ArrayList<>();
    find("setpriv", searchPath)
        .ifPresent(program -> words.addAll(List.of(program, "--pdeathsig", "KILL", "--")));
    find("setsid", searchPath).ifPresent(words::add);
    wrapper = List.copyOf(words);
  }

  /// Runs a program and waits for its end.
  ///
  /// @param argv program and arguments; not interpreted by a shell
  /// @param environment variables set beside the inherited ones
  public ProgramOutcome run(
      List<String> argv, Path directory, Map<String, String> environment, Duration limit) {
    if (argv.isEmpty() || argv.getFirst().isEmpty()) {
      return new ProgramOutcome.NotStarted("its argument vector is empty");
    }
    if (!Files.isDirectory(directory)) {
      return new ProgramOutcome.NotStarted(directory + " is not a directory");
    }
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(wrapper.stream(), argv.stream()).toList())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"));
    builder.environment().putAll(environment);
    // The kill with this process is bound to the thread that starts the program, so that has to be
    // a platform thread that outlives the program.
    CompletableFuture<ProgramOutcome> outcome = new CompletableFuture<>();
    Thread starter =
        Thread.ofPlatform()
            .daemon()
            .name("program " + argv.getFirst())
            .start(() -> runHere(builder, limit, outcome));
    try {
      return outcome.get();
    } catch (InterruptedException e) {
      starter.interrupt();
      Thread.currentThread().interrupt();
      return new ProgramOutcome.Killed("the work it belongs to was stopped", "");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static void runHere(
      ProcessBuilder builder, Duration limit, CompletableFuture<ProgramOutcome> outcome) {
    try {
      outcome.complete(runToEnd(builder, limit));
    } catch (RuntimeException | Error e) {
      outcome.completeExceptionally(e);
    }
  }

  private static ProgramOutcome runToEnd(ProcessBuilder builder, Duration limit) {
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new ProgramOutcome.NotStarted(String.valueOf(e.getMessage()));
    }
    OutputTail tail = new OutputTail(TAIL_BYTES);
    tail.follow(process.getInputStream());
    String why;
    try {
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        tail.awaitEnd(OUTPUT_GRACE_MILLIS);
        return new ProgramOutcome.Exited(process.exitValue(), tail.text());
      }
      why = "it ran longer than " + ProgramOutcome.inWords(limit);
    } catch (InterruptedException e) {
      why = "the work it belongs to was stopped";
    }
    ProcessTree.end(process, TERM_GRACE);
    try {
      tail.awaitEnd(OUTPUT_GRACE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new ProgramOutcome.Killed(why, tail.text());
  }

  static Optional<String> find(String program, String searchPath) {
    return Stream.of(searchPath.split(File.pathSeparator))
        .filter(dir -> !dir.isEmpty())
        .map(dir -> Path.of(dir, program))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }
}
