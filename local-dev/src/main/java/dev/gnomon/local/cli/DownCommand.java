package dev.gnomon.local.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/// `down`: stops the stack cleanly. Down already is done, too.
@Command(
    name = "down",
    description = "Stops the local stack cleanly and waits until it has ended.",
    mixinStandardHelpOptions = true)
final class DownCommand implements Runnable {
  private final Gnomon top;

  DownCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public void run() {
    Path data = top.options.data();
    Optional<ProcessHandle> stack =
        StackAddresses.find(data)
            .flatMap(addresses -> ProcessHandle.of(addresses.pid()))
            .filter(ProcessHandle::isAlive)
            .filter(DownCommand::isStack);
    if (stack.isEmpty()) {
      report(top.console, false, "no stack is running for " + data);
      return;
    }
    ProcessHandle process = stack.get();
    if (!process.destroy()) {
      throw Failure.failed("process %d could not be told to stop".formatted(process.pid()));
    }
    boolean stopped =
        Waiting.until(
                top.options.timeout(),
                () -> process.isAlive() ? Optional.empty() : Optional.of(process.pid()))
            .isPresent();
    if (!stopped) {
      throw Failure.timedOut("the stack (process %d) is still running".formatted(process.pid()));
    }
    report(top.console, true, "the stack for " + data + " has stopped");
  }

  /// Whether the process is one of ours and not another one that was given its number since.
  private static boolean isStack(ProcessHandle process) {
    return process
        .info()
        .commandLine()
        .map(line -> line.contains("gnomon") || line.contains("quarkus"))
        .orElse(true);
  }

  private static void report(Console console, boolean stopped, String text) {
    if (console.json()) {
      console.value(Map.of("stopped", stopped));
    }
    console.line(text);
  }
}
