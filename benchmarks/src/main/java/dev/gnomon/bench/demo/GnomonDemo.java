package dev.gnomon.bench.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.bench.harness.Contestant;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.work.Program;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.Workplace;
import dev.gnomon.core.control.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Ours: `gnomon demo --json` as a whole process, with what it says about its own steps.
final class GnomonDemo implements Contestant {
  private static final double MILLIS = 1000;

  private final Workplace workplace;
  private final Path launcher;
  private final Path tree;

  GnomonDemo(Workplace workplace, Path launcher, Path tree) {
    this.workplace = workplace;
    this.launcher = launcher;
    this.tree = tree;
  }

  /// Lets the launcher build what is not built yet, so that no round does.
  void warmUp(Path directory) throws RoundFailedException, InterruptedException {
    run(directory, "--version");
  }

  @Override
  public Readings round(Path directory) throws RoundFailedException, InterruptedException {
    ProgramRun run = run(directory, "demo", "--json", "--path", tree.toString());
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

  private ProgramRun run(Path directory, String... arguments)
      throws RoundFailedException, InterruptedException {
    List<String> argv = new ArrayList<>(List.of(launcher.toString()));
    argv.addAll(List.of(arguments));
    return workplace.run(new Program(argv, directory, Map.of())).succeeded();
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
