package dev.gnomon.local.cli;

import picocli.CommandLine.Command;

/// Listed in the help; the work is brought by a [Subcommand].
@Command(
    name = DemoCommand.NAME,
    description = "Runs the whole main job on a copy of real data and prints what happened.")
final class DemoCommand implements Runnable {
  static final String NAME = "demo";

  @Override
  public void run() {
    throw Failure.failed("the demo is not part of this build");
  }
}
