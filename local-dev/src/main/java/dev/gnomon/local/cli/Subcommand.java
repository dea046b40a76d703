package dev.gnomon.local.cli;

import java.io.PrintStream;
import java.util.List;

/// A command that another part brings (`demo`, `bench`); found by ServiceLoader, so that this
/// package need not know it.
public interface Subcommand {
  /// The word after `gnomon`.
  String name();

  /// Runs it with the words that follow.
  ///
  /// @param out for results; pure JSON if the words ask for it
  /// @param err for everything else
  /// @return the exit code
  /// @throws Failure for expected faults: shown as one sentence
  int run(List<String> words, PrintStream out, PrintStream err) throws Exception;
}
