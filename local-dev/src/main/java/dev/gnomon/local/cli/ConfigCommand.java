package dev.gnomon.local.cli;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.local.cli.Console.Style;
import dev.gnomon.yaml.CatalogueFile;
import dev.gnomon.yaml.CatalogueFile.Loaded;
import dev.gnomon.yaml.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/// `config validate` and `config schema`.
@Command(
    name = "config",
    description = "Checks the catalogue.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(validate | schema)")
final class ConfigCommand implements Runnable {
  private final Gnomon top;

  ConfigCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public void run() {
    throw Failure.wrongUse("which of validate, schema?");
  }

  @Command(
      name = "validate",
      description = "Checks gnomon.yaml: all mistakes at once, with their lines.",
      mixinStandardHelpOptions = true)
  int validate() {
    Loaded loaded = CatalogueFile.load(top.options.config(), top.options.data());
    List<Problem> errors =
        switch (loaded) {
          case Loaded.Valid valid -> List.of();
          case Loaded.Invalid invalid -> invalid.errors();
        };
    if (top.console.json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("valid", errors.isEmpty());
      result.put("errors", errors.stream().map(ConfigCommand::json).toList());
      result.put("warnings", loaded.warnings().stream().map(ConfigCommand::json).toList());
      top.console.value(result);
    } else {
      errors.forEach(error -> top.console.line(Style.BAD, error.toString()));
      loaded.warnings().forEach(warning -> top.console.line(Style.WARN, warning.toString()));
      summary(top, loaded);
    }
    return errors.isEmpty() ? 0 : Failure.FAILED;
  }

  @Command(
      name = "schema",
      description = "Prints the JSON Schema of gnomon.yaml.",
      mixinStandardHelpOptions = true)
  void schema() {
    top.console.block(CatalogueFile.schema());
  }

  private static void summary(Gnomon top, Loaded loaded) {
    switch (loaded) {
      case Loaded.Valid valid -> {
        Catalogue catalogue = valid.catalogue();
        top.console.line(
            Style.GOOD,
            "%s is valid: %s, %s"
                .formatted(
                    top.options.config(),
                    Amounts.count(catalogue.cells().size(), "cell", "cells"),
                    Amounts.count(catalogue.resources().size(), "resource", "resources")));
      }
      case Loaded.Invalid invalid ->
          top.console.line(Amounts.count(invalid.errors().size(), "mistake", "mistakes"));
    }
  }

  private static Map<String, Object> json(Problem problem) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", problem.file().toString());
    json.put("line", problem.line());
    json.put("column", problem.column());
    json.put("path", problem.path());
    json.put("message", problem.message());
    return json;
  }
}
