package dev.gnomon.local.cli;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.cells.Finding;
import dev.gnomon.core.cells.Finding.State;
import dev.gnomon.core.cells.InitCell;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.Pause;
import dev.gnomon.local.cli.Console.Style;
import dev.gnomon.yaml.CatalogueFile;
import dev.gnomon.yaml.CatalogueFile.Loaded;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `cell init`: from credentials to cells that can be used.
@Command(
    name = "init",
    description = {
      "Makes the store of each cell if it is not there, tries what Gnomon relies on, and sets up what",
      "the server offers beyond that: a lifecycle for unfinished uploads and, in a bucket that holds",
      "nothing but cells, old versions and a lifecycle for them. Changes nothing that is there already,",
      "and nothing in a second run.",
      "Exit code 0: all cells can be used, 1: one can't."
    },
    mixinStandardHelpOptions = true)
final class CellInitCommand implements Callable<Integer> {
  private final Gnomon top;

  @Option(names = "--cell", paramLabel = "NAME", description = "Only this cell.")
  private @Nullable String cell;

  @Option(
      names = "--policies",
      paramLabel = "DIR",
      description = "Writes a policy for each role of each cell in a bucket to DIR/CELL/ROLE.json.")
  private @Nullable Path policies;

  @Option(
      names = "--adopt",
      description = "Also where objects lie that are no cell's: they stay as they are.")
  private boolean adopt;

  @Option(names = "--dry-run", description = "Says what would be done, and changes nothing.")
  private boolean dry;

  CellInitCommand(Gnomon top) {
    this.top = top;
  }

  /// @param place its address
  private record Line(
      String cell, String place, boolean usable, boolean changed, List<Finding> findings) {}

  @Override
  public Integer call() {
    List<Line> lines = new ArrayList<>();
    for (Cell each : cells()) {
      lines.add(init(each));
    }
    if (top.console.json()) {
      top.console.value(lines);
    } else {
      print(lines);
    }
    return lines.stream().allMatch(Line::usable) ? 0 : Failure.FAILED;
  }

  private List<Cell> cells() {
    Catalogue catalogue =
        switch (CatalogueFile.load(top.options.config(), top.options.data())) {
          case Loaded.Valid valid -> valid.catalogue();
          case Loaded.Invalid invalid ->
              throw Failure.failed(
                  "%s can't be used: %s ('gnomon config validate' lists all mistakes)"
                      .formatted(top.options.config(), invalid.errors().getFirst()));
        };
    String only = cell;
    if (only == null) {
      return catalogue.cells();
    }
    CellName name = new CellName(Names.checked(only, CellName::new));
    return List.of(
        catalogue
            .cell(name)
            .orElseThrow(() ->
                Failure.failed(
                    "unknown cell '%s', %s has: %s"
                        .formatted(
                            only,
                            top.options.config(),
                            String.join(
                                ", ",
                                catalogue.cells().stream()
                                    .map(one -> one.name().value())
                                    .toList())))));
  }

  private Line init(Cell each) {
    List<Finding> findings = new ArrayList<>();
    try (CellAddress address = CellAddress.of(top, each)) {
      findings.addAll(
          new InitCell(
                  address.place(),
                  address::open,
                  Clock.systemUTC(),
                  () -> UUID.randomUUID().toString(),
                  adopt,
                  dry,
                  Pause.sleeping())
              .run());
      Optional.ofNullable(policies)
          .flatMap(directory -> address.policies(directory, dry))
          .ifPresent(findings::add);
      return line(each, address.shown(), findings);
    } catch (IllegalArgumentException e) {
      // One cell whose credentials are missing does not keep the others waiting.
      findings.add(new Finding("address", State.FAILED, String.valueOf(e.getMessage())));
      return line(each, each.store().map(spec -> spec.url().toString()).orElse(""), findings);
    }
  }

  private static Line line(Cell each, String place, List<Finding> findings) {
    return new Line(
        each.name().value(),
        place,
        findings.stream().noneMatch(one -> one.state() == State.FAILED),
        findings.stream().anyMatch(Finding::changed),
        List.copyOf(findings));
  }

  private void print(List<Line> lines) {
    for (Line line : lines) {
      top.console.line(Style.STRONG, "cell %s: %s".formatted(line.cell(), line.place()));
      Table table = new Table("WHAT", "STATE", "");
      for (Finding finding : line.findings()) {
        table.row(
            finding.what(),
            finding.state().name().toLowerCase(Locale.ROOT).replace('_', ' '),
            finding.said());
        table.style(1, style(finding.state()));
      }
      table.print(top.console, "  ");
      top.console.line(
          line.usable() ? (line.changed() ? Style.GOOD : Style.PLAIN) : Style.BAD,
          "  " + sum(line));
    }
  }

  private String sum(Line line) {
    if (!line.usable()) {
      return "it can't be used";
    }
    if (dry) {
      return "nothing was changed: a dry run";
    }
    return line.changed() ? "it is ready" : "it was ready; nothing was changed";
  }

  private static Style style(State state) {
    return switch (state) {
      case DONE -> Style.GOOD;
      case SAME -> Style.PLAIN;
      case WOULD, LEFT, NOT_OFFERED -> Style.WARN;
      case FAILED -> Style.BAD;
    };
  }
}
