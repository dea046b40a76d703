package dev.gnomon.filesystem.fence;

import dev.gnomon.verification.waits.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// A writer with an identity of its own, in a process of its own: a shell that goes on until it is
/// closed and says `ok` or `no` for each write.
final class WriterProcess implements AutoCloseable {
  private final Process process;
  final AtomicLong ok = new AtomicLong();
  final AtomicLong refused = new AtomicLong();

  /// Whether this machine can run a writer with an identity of its own.
  static boolean possible() {
    try (WriterProcess trial =
        new WriterProcess(Site.WRITER_UID, Site.WRITER_GID, "echo ok", Path.of("/"))) {
      return trial.process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Writes a file again and again, making its directory if it is missing.
  static WriterProcess looping(Path location, int uid, int gid) throws IOException {
    return new WriterProcess(
        uid,
        gid,
        "while :; do if { mkdir -p \"$0\" && echo x >> \"$0/log-$$\"; } 2>/dev/null;"
            + " then echo ok; else echo no; fi; sleep 0.01; done",
        location);
  }

  /// Runs a script that says `ok` when it holds what it should hold.
  WriterProcess(int uid, int gid, String script, Path argument) throws IOException {
    List<String> argv =
        new ArrayList<>(
            List.of("setpriv", "--reuid", "" + uid, "--regid", "" + gid, "--clear-groups", "--"));
    argv.addAll(List.of("setpriv", "--pdeathsig", "KILL", "--", "sh", "-c", script));
    argv.add(argument.toString());
    process = new ProcessBuilder(argv).redirectErrorStream(true).start();
    BufferedReader answers = process.inputReader();
    Thread.ofPlatform().daemon().start(() -> count(answers));
  }

  private void count(BufferedReader answers) {
    try {
      answers.lines().forEach(line -> (line.equals("ok") ? ok : refused).incrementAndGet());
    } catch (UncheckedIOException e) {
      // Closed with the process.
    }
  }

  long pid() {
    return process.pid();
  }

  /// Waits until it has said `ok` at all; a script that says it once may have said it already.
  WriterProcess awaitFirstOk() {
    Patience.await().until(() -> ok.get() > 0);
    return this;
  }

  /// Waits until it says `ok` once more.
  WriterProcess awaitOk() {
    long before = ok.get();
    Patience.await().until(() -> ok.get() > before);
    return this;
  }

  void awaitRefused() {
    long before = refused.get();
    Patience.await().until(() -> refused.get() > before + 2);
  }

  void end() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() throws InterruptedException {
    end();
    process.waitFor();
  }
}
