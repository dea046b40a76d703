package dev.gnomon.local.stack;

import dev.gnomon.local.cli.Failure;
import dev.gnomon.local.cli.Gnomon;
import dev.gnomon.local.cli.StackStarter;
import io.quarkus.runtime.annotations.QuarkusMain;

/// `gnomon up` as the launcher starts it: the command line in a process that can be a stack.
@QuarkusMain
public final class StackMain {
  private StackMain() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /// Runs a command in this process.
  ///
  /// @return the exit code
  public static int run(String... arguments) {
    return Gnomon.run(arguments, StackMain::start);
  }

  private static int start(StackStarter.Request request) {
    try {
      return Up.run(
          UpOptions.of(request.catalogue(), request.data(), request.port()), request.json());
    } catch (StackException e) {
      throw Failure.failed(String.valueOf(e.getMessage()));
    }
  }
}
