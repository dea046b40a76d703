package dev.gnomon.local.cli;

import dev.gnomon.store.check.CheckReport;
import dev.gnomon.store.check.ReadSample;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `store check`: whether every point can be restored.
@Command(
    name = "check",
    description = {
      "Finds every object that is missing, cut, exchanged or changed, and says which points it",
      "hurts. Changes nothing. Exit code 0: no damage, 1: damage."
    },
    mixinStandardHelpOptions = true)
final class StoreCheckCommand implements Callable<Integer> {
  private final Gnomon top;

  @Mixin private StoreAddress.Choice store = new StoreAddress.Choice();

  @Option(
      names = "--read-data",
      arity = "0..1",
      fallbackValue = "100",
      defaultValue = "0",
      paramLabel = "PERCENT",
      description = {
        "Also reads this share of the packs, all of them without a number. Each day it is another",
        "share, and daily runs read everything in cycles: with 10, a cycle takes ten days."
      })
  private int percent;

  @Option(
      names = "--round",
      paramLabel = "N",
      description = "Which share to read, instead of that of the day.")
  private @Nullable Long round;

  StoreCheckCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public Integer call() {
    if (percent < 0 || percent > 100) {
      throw Failure.wrongUse("--read-data must be 0 to 100: " + percent);
    }
    try (StoreUrl.Opened opened = store.address(top).openExisting()) {
      ProgressLine progress = new ProgressLine(top.console, "checking", 0);
      Long which = round;
      ReadSample sample =
          which == null ? opened.upkeep().sampleOfToday(percent) : new ReadSample(percent, which);
      CheckReport report = opened.upkeep().check(sample, bytes -> progress.advanced(0, bytes));
      progress.done();
      if (top.console.json()) {
        top.console.value(CheckView.json(report));
      }
      CheckView.show(top.console, report);
      return report.clean() ? 0 : Failure.FAILED;
    }
  }
}
