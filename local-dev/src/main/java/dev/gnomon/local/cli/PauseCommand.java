package dev.gnomon.local.cli;

import picocli.CommandLine.Command;

/// `pause`: stops all automatic action.
@Command(
    name = "pause",
    description = "Stops all automatic action; what a person asks for is still done.",
    mixinStandardHelpOptions = true)
final class PauseCommand implements Runnable {
  private final Gnomon top;

  PauseCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public void run() {
    switchTo(top, true);
  }

  static void switchTo(Gnomon top, boolean paused) {
    StackApi.of(top.options.data()).automation(paused);
    if (top.console.json()) {
      top.console.value(java.util.Map.of("paused", paused));
    }
    top.console.line(paused ? "all automatic action is paused" : "automatic action goes on");
  }
}
