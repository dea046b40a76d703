package dev.gnomon.bench.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.bench.harness.Contestant;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.work.Gnomon;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.core.control.Json;
import java.nio.file.Path;

/// Ours: `gnomon demo --json` as a whole process, with what it says about its own steps.
final class GnomonDemo implements Contestant {
  private static final double MILLIS = 1000;

  private final Gnomon gnomon;
  private final Path tree;

  GnomonDemo(Gnomon gnomon, Path tree) {
    this.gnomon = gnomon;
    this.tree = tree;
  }

  /// Lets the launcher build what is not built yet, so that no round does.
  void warmUp(Path directory) throws RoundFailedException, InterruptedException {
    gnomon.run(directory, "--version");
  }

  @Override
  public Readings round(Path directory) throws RoundFailedException, InterruptedException {
    ProgramRun run = gnomon.run(directory, "demo", "--json", "--path", tree.toString());
    JsonNode said = json(run.output());
    if (!said.path("verified").asBoolean(false)) {
      throw new RoundFailedException("gnomon demo did not verify what it restored");
    }
    return Readings.NONE
        .with(DemoBench.SHADOW, number(said, "shadowSeconds"))
        .with(DemoBench.SWITCH, number(said, "eventToSwitchMillis") / MILLIS)
        .with(DemoBench.FROZEN, number(said, "eventToFrozenMillis") / MILLIS)
        .with(DemoBench.RESTORE, number(said, "restoreSeconds"))
        .with(DemoBench.PROCESS, run.seconds())
        .with(DemoBench.MEMORY, run.childrenPeakMebibytes());
  }

  private static JsonNode json(String output) throws RoundFailedException {
    try {
      return Json.MAPPER.readTree(output);
    } catch (JsonProcessingException e) {
      throw new RoundFailedException(
          "gnomon demo --json wrote something else than JSON: " + e.getOriginalMessage());
    }
  }

  private static double number(JsonNode said, String field) throws RoundFailedException {
    JsonNode value = said.path(field);
    if (!value.isNumber() || value.asDouble() < 0) {
      throw new RoundFailedException(
          "gnomon demo told no usable " + field + ": " + (value.isMissingNode() ? "none" : value));
    }
    return value.asDouble();
  }
}
