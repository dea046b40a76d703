package dev.gnomon.local.cli;

import picocli.CommandLine.Command;

/// Listed in the help; the work is brought by a [Subcommand].
@Command(
    name = BenchCommand.NAME,
    description = "Measures ours and the peers in turn: bench NAME [--path DIR] [--out FILE].")
final class BenchCommand implements Runnable {
  static final String NAME = "bench";

  @Override
  public void run() {
    throw Failure.failed("the benchmarks are not part of this build");
  }
}
