package dev.gnomon.local.cli;

import picocli.CommandLine.Command;

/// `resume`: automatic action goes on.
@Command(
    name = "resume",
    description = "Lets automatic action go on.",
    mixinStandardHelpOptions = true)
final class ResumeCommand implements Runnable {
  private final Gnomon top;

  ResumeCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public void run() {
    PauseCommand.switchTo(top, false);
  }
}
