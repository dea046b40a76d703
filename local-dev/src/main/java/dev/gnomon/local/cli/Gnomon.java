package dev.gnomon.local.cli;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;

/// The command `gnomon`. Exit codes: 0 done, 1 failed, 2 wrong use, 3 timed out waiting.
@Command(
    name = "gnomon",
    description = "The data half of a safe change: shadows, rollback points, switching, rollback.",
    mixinStandardHelpOptions = true,
    versionProvider = Gnomon.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong use, 3 timed out waiting.",
      "'gnomon COMMAND --help' explains a command; 'gnomon test [--long]' runs all tests."
    })
public final class Gnomon implements Runnable {
  private static final Map<String, Function<Gnomon, Object>> COMMANDS = commands();

  @Mixin Options options = new Options();

  final Console console;
  final StackStarter starter;

  Gnomon(Console console, StackStarter starter) {
    this.console = console;
    this.starter = starter;
  }

  public static void main(String[] args) {
    System.exit(run(args, StackStarter.NONE));
  }

  /// Runs a command in this process.
  ///
  /// @param starter what `up` starts
  /// @return the exit code
  public static int run(String[] args, StackStarter starter) {
    return run(args, starter, Console.ofProcess(System.getenv()));
  }

  static int run(String[] args, StackStarter starter, Console console) {
    try {
      return executed(args, starter, console);
    } catch (OutOfMemoryError e) {
      return Faults.report(console, e);
    }
  }

  private static int executed(String[] args, StackStarter starter, Console console) {
    List<String> words = Arrays.asList(args);
    console.json(words.contains("--json"));
    Optional<Subcommand> brought = words.isEmpty() ? Optional.empty() : brought(words.getFirst());
    if (brought.isPresent()) {
      return Faults.guard(
          console,
          () -> brought.get().run(words.subList(1, words.size()), console.out(), console.err()));
    }
    Gnomon top = new Gnomon(console, starter);
    CommandLine line = new CommandLine(top);
    named(words).forEach(name -> line.addSubcommand(name, create(name, top)));
    line.setExpandAtFiles(false);
    line.setOut(new java.io.PrintWriter(console.out(), true));
    line.setErr(new java.io.PrintWriter(console.err(), true));
    line.setUsageHelpAutoWidth(true);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line.setParameterExceptionHandler((e, raw) -> wrongUse(console, e));
    line.setExecutionExceptionHandler((e, command, result) -> Faults.report(console, e));
    return line.execute(args);
  }

  @Override
  public void run() {
    throw Failure.wrongUse("which command? 'gnomon --help' lists them");
  }

  /// The commands in the order of the help.
  private static Map<String, Function<Gnomon, Object>> commands() {
    Map<String, Function<Gnomon, Object>> commands = new LinkedHashMap<>();
    commands.put("init", InitCommand::new);
    commands.put("config", ConfigCommand::new);
    commands.put("up", UpCommand::new);
    commands.put("down", DownCommand::new);
    commands.put("status", StatusCommand::new);
    commands.put("shadow", ShadowCommand::new);
    commands.put("update", UpdateCommand::new);
    commands.put("rollback", RollbackCommand::new);
    commands.put("undo", UndoCommand::new);
    commands.put("explain", ExplainCommand::new);
    commands.put("approve", ApproveCommand::new);
    commands.put("pause", PauseCommand::new);
    commands.put("resume", ResumeCommand::new);
    commands.put("merit", MeritCommand::line);
    commands.put("models", ModelsCommand::line);
    commands.put("chaos", ChaosCommand::line);
    commands.put("notices", NoticesCommand::line);
    commands.put("deadletters", DeadLettersCommand::line);
    commands.put("points", PointsCommand::line);
    commands.put("restore", RestoreCommand::new);
    commands.put("journal", JournalCommand::line);
    commands.put("replica", ReplicaCommand::new);
    commands.put("probe", ProbeCommand::new);
    commands.put("logs", LogsCommand::line);
    commands.put("smart", SmartCommand::line);
    commands.put("store", StoreCommand::line);
    commands.put("cell", CellCommand::line);
    commands.put("emit", EmitCommand::new);
    commands.put(DemoCommand.NAME, top -> new DemoCommand());
    commands.put(BenchCommand.NAME, top -> new BenchCommand());
    return commands;
  }

  /// The commands that the words may mean, or all: to describe each to the parser takes most of the
  /// time of a short command.
  private static Collection<String> named(List<String> words) {
    List<String> named = words.stream().filter(COMMANDS::containsKey).distinct().toList();
    return named.isEmpty() ? COMMANDS.keySet() : named;
  }

  private static Object create(String name, Gnomon top) {
    return Objects.requireNonNull(COMMANDS.get(name), name).apply(top);
  }

  /// A command that another part brings; its words are its own.
  private static Optional<Subcommand> brought(String name) {
    if (!name.equals(DemoCommand.NAME) && !name.equals(BenchCommand.NAME)) {
      return Optional.empty();
    }
    return ServiceLoader.load(Subcommand.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(subcommand -> subcommand.name().equals(name))
        .findFirst();
  }

  private static int wrongUse(Console console, CommandLine.ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    console.error(said(e));
    console.hint("'" + command + " --help' explains it");
    return Failure.WRONG_USE;
  }

  /// What the parser says, without its own prefix and in words of this program.
  private static String said(CommandLine.ParameterException e) {
    CommandLine line = e.getCommandLine();
    if (e instanceof CommandLine.UnmatchedArgumentException unmatched
        && !line.getSubcommands().isEmpty()
        && !unmatched.getUnmatched().getFirst().startsWith("-")) {
      return "unknown command '%s %s'"
          .formatted(line.getCommandSpec().qualifiedName(), unmatched.getUnmatched().getFirst());
    }
    return String.valueOf(e.getMessage()).replaceFirst("^Error: ", "");
  }

  /// Says which version this is.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Gnomon.class.getPackage().getImplementationVersion();
      return new String[] {"gnomon " + (version == null ? "(not packaged)" : version)};
    }
  }
}
