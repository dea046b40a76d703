package dev.gnomon.bench.garbage;

import dev.gnomon.local.cli.Failure;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The words after `gnomon bench garbage`.
@Command(name = "gnomon bench garbage", description = "Plans one collection of a made-up store.")
final class GarbageOptions {
  private static final long MAX_CHUNKS = 1_000_000_000;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description = "About how many chunks the store has (default: 10 million).")
  private String chunks = "10_000_000";

  @Option(names = "--json", description = "JSON on standard output.")
  private boolean json;

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  private GarbageOptions() {}

  /// @param words of which the first is the bench's name
  /// @return empty if only help was wanted, and given
  /// @throws Failure for words that can't be understood
  static Optional<GarbageOptions> parse(List<String> words, PrintStream out) {
    GarbageOptions options = new GarbageOptions();
    CommandLine line = new CommandLine(options).setExpandAtFiles(false);
    try {
      line.parseArgs(words.subList(1, words.size()).toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw Failure.wrongUse(e.getMessage() + "; 'gnomon bench garbage --help' explains it");
    }
    if (options.help) {
      line.usage(new PrintWriter(out, true, StandardCharsets.UTF_8), CommandLine.Help.Ansi.OFF);
      return Optional.empty();
    }
    options.chunks();
    return Optional.of(options);
  }

  /// @throws Failure if it is no number that works
  long chunks() {
    try {
      long number = Long.parseLong(chunks.replace("_", ""));
      if (number >= 1 && number <= MAX_CHUNKS) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw Failure.wrongUse("--chunks must be a number: '%s'".formatted(chunks));
    }
    throw Failure.wrongUse("--chunks must be 1 to %d: %s".formatted(MAX_CHUNKS, chunks));
  }

  boolean json() {
    return json;
  }
}
