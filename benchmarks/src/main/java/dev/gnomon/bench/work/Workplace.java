package dev.gnomon.bench.work;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The temporary directory of one bench and the programs that run there: one at a time, and
/// servers. Closing it, also by the end of this process, ends the programs with all that they
/// started and removes the directory. Programs are started by one thread, which has to live until
/// they end: they get a TERM when it dies, so that a killed bench leaves none behind (Linux; needs
/// `setpriv`).
public final class Workplace implements AutoCloseable {
  /// A program that runs longer is ended and has failed.
  public static final Duration PROGRAM_LIMIT = Duration.ofHours(1);

  static final Duration TERM_GRACE = Duration.ofSeconds(10);
  private static final long MAX_OUTPUT_BYTES = 16L << 20;
  private static final int MAX_COMPLAINT_CHARS = 600;
  private static final int MAX_LINES = 3;

  private final Path directory;
  private final Duration limit;
  private final Duration grace;
  private final List<String> wrapper;
  private final Thread atExit = new Thread(this::clear, "bench-workplace-end");
  private final AtomicReference<@Nullable RunningProgram> running = new AtomicReference<>();
  private final List<RunningProgram> servers = new ArrayList<>();
  private volatile boolean closed;
  private int counter;

  /// @param temporary an existing directory
  /// @param searchPath where programs are looked for, as in `PATH`
  public static Workplace in(Path temporary, String searchPath) throws IOException {
    return new Workplace(temporary, searchPath, PROGRAM_LIMIT, TERM_GRACE);
  }

  Workplace(Path temporary, String searchPath, Duration limit, Duration grace) throws IOException {
    this.directory = Files.createTempDirectory(temporary, "gnomon-bench-");
    this.limit = limit;
    this.grace = grace;
    this.wrapper =
        Executables.find("setpriv", searchPath)
            .map(program -> List.of(program.toString(), "--pdeathsig", "TERM", "--"))
            .orElse(List.of());
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /// A new empty directory.
  public Path fresh(String name) throws IOException {
    return Files.createDirectory(directory.resolve(++counter + "-" + name));
  }

  /// Runs a program to its end, with nothing on its standard input.
  ///
  /// @throws RoundFailedException if it can't be started, is too slow or writes too much
  public ProgramRun run(Program program) throws RoundFailedException, InterruptedException {
    try {
      Path logs = fresh("logs");
      try {
        return run(program, logs.resolve("out"), logs.resolve("err"));
      } finally {
        Trees.delete(logs);
      }
    } catch (IOException e) {
      throw new RoundFailedException(program.title() + " could not be run: " + e.getMessage());
    }
  }

  /// Starts a program that runs until it is ended, at the latest when this is closed. What it
  /// prints goes nowhere.
  public ServingProgram serve(Program program) throws IOException {
    Path errors = fresh("serving").resolve("err");
    ProcessBuilder builder =
        builder(program).redirectOutput(new File("/dev/null")).redirectError(errors.toFile());
    synchronized (this) {
      if (closed) {
        throw new IOException("the bench is ending");
      }
      RunningProgram started = RunningProgram.start(builder);
      servers.add(started);
      return new ServingProgram(program, started, errors, this::end);
    }
  }

  private void end(RunningProgram server) {
    server.end(grace);
    synchronized (this) {
      servers.remove(server);
    }
  }

  private ProcessBuilder builder(Program program) {
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(program.argv());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(program.directory().toFile())
            .redirectInput(new File("/dev/null"));
    builder.environment().putAll(program.environment());
    return builder;
  }

  private ProgramRun run(Program program, Path output, Path errors)
      throws IOException, RoundFailedException, InterruptedException {
    ProcessBuilder builder =
        builder(program).redirectOutput(output.toFile()).redirectError(errors.toFile());
    RunningProgram started = start(builder);
    boolean ended = false;
    try {
      ended = started.await(limit);
    } finally {
      if (!ended) {
        started.end(grace);
      }
      running.set(null);
    }
    if (!ended) {
      throw new RoundFailedException(
          "%s ran longer than %d s".formatted(program.title(), limit.toSeconds()));
    }
    return new ProgramRun(
        program,
        started.exitCode(),
        started.seconds(),
        text(program, output),
        complaint(errors),
        started.memory().wholeMebibytes(),
        started.memory().belowMebibytes());
  }

  /// Nothing starts once the end has begun: what it ended would be followed by the next round.
  private synchronized RunningProgram start(ProcessBuilder builder) throws IOException {
    if (closed) {
      throw new IOException("the bench is ending");
    }
    RunningProgram started = RunningProgram.start(builder);
    running.set(started);
    return started;
  }

  private static String text(Program program, Path output)
      throws IOException, RoundFailedException {
    if (Files.size(output) > MAX_OUTPUT_BYTES) {
      throw new RoundFailedException(
          "%s wrote more than %d bytes".formatted(program.title(), MAX_OUTPUT_BYTES));
    }
    return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
  }

  /// Programs tend to say why they failed, and then once more that they did.
  static String complaint(Path errors) throws IOException {
    List<String> lines =
        new String(tail(errors), StandardCharsets.UTF_8)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
    String text =
        String.join(" | ", lines.subList(Math.max(0, lines.size() - MAX_LINES), lines.size()));
    return text.length() <= MAX_COMPLAINT_CHARS
        ? text
        : "…" + text.substring(text.length() - MAX_COMPLAINT_CHARS);
  }

  private static byte[] tail(Path file) throws IOException {
    try (var channel = Files.newByteChannel(file)) {
      long from = Math.max(0, channel.size() - 8 * MAX_COMPLAINT_CHARS);
      var buffer = ByteBuffer.allocate((int) (channel.size() - from));
      channel.position(from);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // Until the buffer is full or the file ends.
      }
      return Arrays.copyOf(buffer.array(), buffer.position());
    }
  }

  @Override
  public void close() {
    clear();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // This process is ending: the hook runs, or has run, and finds nothing to do.
    }
  }

  private void clear() {
    synchronized (this) {
      closed = true;
    }
    RunningProgram last = running.getAndSet(null);
    if (last != null) {
      last.end(grace);
    }
    List<RunningProgram> serving;
    synchronized (this) {
      serving = List.copyOf(servers);
      servers.clear();
    }
    serving.forEach(server -> server.end(grace));
    try {
      Trees.delete(directory);
    } catch (IOException e) {
      System.err.println("gnomon: could not remove " + directory + ": " + e.getMessage());
    }
  }
}
