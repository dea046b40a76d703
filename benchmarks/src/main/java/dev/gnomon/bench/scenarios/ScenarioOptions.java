package dev.gnomon.bench.scenarios;

import dev.gnomon.bench.ReportFile;
import dev.gnomon.local.cli.Failure;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The words after `gnomon bench scenarios`.
@Command(
    name = "gnomon bench scenarios",
    description = "Scripted incidents in virtual time against the real code.")
final class ScenarioOptions {
  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of everything random (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(names = "--only", paramLabel = "NAME", description = "Just this one; may be repeated.")
  private Set<String> only = new LinkedHashSet<>();

  @Option(names = "--story", description = "Says what happened when, on standard error.")
  private boolean story;

  @Option(names = "--json", description = "JSON on standard output and nothing else there.")
  private boolean json;

  @Option(names = "--out", paramLabel = "FILE", description = "Writes the JSON to a file, too.")
  private @Nullable Path out;

  @Option(
      names = "--temp",
      paramLabel = "DIR",
      description = "Where temporary files go (default: the JVM's java.io.tmpdir).")
  private @Nullable Path temporary;

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  private ScenarioOptions() {}

  /// @param words of which the first is the bench's name
  /// @return empty if only help was wanted, and given
  /// @throws Failure for words that can't be understood
  static Optional<ScenarioOptions> parse(List<String> words, PrintStream out) {
    ScenarioOptions options = new ScenarioOptions();
    CommandLine line = new CommandLine(options).setExpandAtFiles(false);
    try {
      line.parseArgs(words.subList(1, words.size()).toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw Failure.wrongUse(e.getMessage() + "; 'gnomon bench scenarios --help' explains it");
    }
    if (options.help) {
      line.usage(new PrintWriter(out, true, StandardCharsets.UTF_8), CommandLine.Help.Ansi.OFF);
      return Optional.empty();
    }
    options.scenarios();
    Path temporary = options.temporary;
    if (temporary != null && !(Files.isDirectory(temporary) && Files.isWritable(temporary))) {
      throw Failure.wrongUse("--temp must be a directory that can be written: " + temporary);
    }
    options.out().ifPresent(ReportFile::check);
    return Optional.of(options);
  }

  /// @throws Failure if there is none of a name that was given
  List<Scenario> scenarios() {
    List<Scenario> all = Scenarios.all();
    List<String> names = all.stream().map(Scenario::name).toList();
    for (String name : only) {
      if (!names.contains(name)) {
        throw Failure.wrongUse(
            "there is no scenario '%s', there are: %s".formatted(name, String.join(", ", names)));
      }
    }
    return all.stream().filter(one -> only.isEmpty() || only.contains(one.name())).toList();
  }

  long seed() {
    return seed;
  }

  boolean story() {
    return story;
  }

  boolean json() {
    return json;
  }

  Optional<Path> out() {
    return Optional.ofNullable(out);
  }

  Optional<Path> temporary() {
    return Optional.ofNullable(temporary).map(Path::toAbsolutePath);
  }
}
