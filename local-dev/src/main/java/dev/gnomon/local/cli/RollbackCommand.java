package dev.gnomon.local.cli;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.events.By;
import dev.gnomon.events.Mode;
import dev.gnomon.events.RollbackRequested;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// `rollback`: of an update, a resource or everything in a cell.
@Command(
    name = "rollback",
    description = "Rolls data back to a point from before the trouble began.",
    mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer> {
  private final Gnomon top;

  @ArgGroup(multiplicity = "1")
  private Target target = new Target();

  @Option(
      names = "--to",
      paramLabel = "POINT|TIME|MOMENT",
      description = {
        "A point such as site@7, or a time such as 2026-11-21T10:00:00Z: the newest point before it,"
            + " of a transactional shadow the last transaction before it;",
        "transaction:ID or position:N of its journal: after that transaction."
      })
  private @Nullable String to;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      converter = ModeConverter.class,
      description = "switch, restore or switch-and-restore (default: the resource's own).")
  private @Nullable Mode mode;

  @Option(
      names = "--to-cell",
      paramLabel = "NAME",
      description =
          "The cell to switch to: one with a replica, or the home of the resource (default: the best one).")
  private @Nullable String toCell;

  @Mixin private RollbackOptions options = new RollbackOptions();

  /// Exactly one of these.
  static final class Target {
    @Option(names = "--update", paramLabel = "ID", description = "All that the update announced.")
    private @Nullable String update;

    @Option(names = "--resource", paramLabel = "NAME", description = "One resource.")
    private @Nullable String resource;

    @Option(names = "--cell", paramLabel = "NAME", description = "All whose primary lies there.")
    private @Nullable String cell;
  }

  RollbackCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public Integer call() {
    RollbackRequested request = request();
    RollbackRun run = new RollbackRun(top);
    request.resource().ifPresent(name -> Names.known(run.api(), List.of(name)));
    request.cell().ifPresent(name -> Names.knownCell(run.api(), name));
    request
        .updateId()
        .filter(id -> run.api().update(id).isEmpty())
        .ifPresent(id -> {
          throw Failure.failed("there is no update '%s'".formatted(id));
        });
    return options.carryOut(run, request);
  }

  private RollbackRequested request() {
    Optional<String> update = Optional.ofNullable(target.update);
    Optional<String> resource = Optional.ofNullable(target.resource);
    Optional<String> cell = Optional.ofNullable(target.cell);
    update.ifPresent(id -> Names.checked(id, UpdateId::new));
    resource.ifPresent(name -> Names.checked(name, ResourceName::new));
    cell.ifPresent(name -> Names.checked(name, CellName::new));
    Optional<String> wanted = Optional.ofNullable(toCell);
    wanted.ifPresent(name -> Names.checked(name, CellName::new));
    return new RollbackRequested(
            resource,
            cell,
            update,
            Optional.empty(),
            Optional.ofNullable(to).map(RollbackCommand::pointOrTime),
            Optional.ofNullable(mode),
            options.allowDeletes(),
            By.PERSON,
            options.reason())
        .switchedTo(wanted);
  }

  /// A point, or a moment of a journal, as it is; a time in UTC.
  private static String pointOrTime(String text) {
    if (text.matches("transaction:.{1,500}|position:[0-9]{1,18}")) {
      return text;
    }
    if (text.contains("@")) {
      return Names.checked(text, PointId::parse);
    }
    try {
      return OffsetDateTime.parse(text.replace(' ', 'T')).toInstant().toString();
    } catch (DateTimeException e) {
      throw Failure.wrongUse(
          "--to must be a point such as site@7, a time such as 2026-11-21T10:00:00Z, or transaction:ID or position:N of a journal: '%s'"
              .formatted(text));
    }
  }

  /// Reads `switch-and-restore`.
  static final class ModeConverter implements ITypeConverter<Mode> {
    @Override
    public Mode convert(String text) {
      for (Mode candidate : Mode.values()) {
        if (candidate.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
          return candidate;
        }
      }
      throw new TypeConversionException(
          "expected switch, restore or switch-and-restore, found '" + text + "'");
    }
  }
}
