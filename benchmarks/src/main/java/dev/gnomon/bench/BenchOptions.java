package dev.gnomon.bench;

import dev.gnomon.bench.harness.Bench;
import dev.gnomon.bench.harness.Rounds;
import dev.gnomon.bench.work.Executables;
import dev.gnomon.local.cli.Failure;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The words after `gnomon bench`.
@Command(
    name = "gnomon bench",
    description = "Measures ours and the peers in turn. Without NAME it lists the benches.",
    mixinStandardHelpOptions = false)
final class BenchOptions {
  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "Which bench.")
  private @Nullable String name;

  @Option(
      names = "--path",
      paramLabel = "DIR",
      description =
          "Directory to measure with (default: of demo the sources of Gnomon; of store a copy of"
              + " parts of /usr).")
  private @Nullable Path path;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Of nab and telemetry: the directory of the data set.")
  private @Nullable Path data;

  @Option(names = "--out", paramLabel = "FILE", description = "Writes the JSON to a file, too.")
  private @Nullable Path out;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often everybody runs (default: " + Rounds.DEFAULT + ", of micro 1).")
  private @Nullable Integer rounds;

  @Option(
      names = "--peer",
      paramLabel = "NAME=PROGRAM",
      description = "Where a peer is that is not on the PATH; may be repeated.")
  private Map<String, Path> peers = new LinkedHashMap<>();

  @Option(
      names = "--only",
      paramLabel = "MEASURE",
      description = "Just this measure, not of demo; may be repeated.")
  private Set<String> only = new LinkedHashSet<>();

  @Option(
      names = "--temp",
      paramLabel = "DIR",
      description = "Where temporary files go (default: the JVM's java.io.tmpdir).")
  private @Nullable Path temporary;

  @Option(
      names = "--s3",
      description = "Of store: measures on a MinIO server, too (--peer minio=PROGRAM or the PATH).")
  private boolean s3;

  @Option(names = "--json", description = "JSON on standard output and nothing else there.")
  private boolean json;

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  private BenchOptions() {}

  /// @return empty if only help was wanted, and given
  /// @throws Failure for words that can't be understood
  static Optional<BenchOptions> parse(List<String> words, PrintStream out) {
    BenchOptions options = new BenchOptions();
    CommandLine line = new CommandLine(options).setExpandAtFiles(false);
    try {
      line.parseArgs(words.toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw Failure.wrongUse(e.getMessage() + "; 'gnomon bench --help' explains it");
    }
    if (options.help) {
      line.usage(new PrintWriter(out, true, StandardCharsets.UTF_8), CommandLine.Help.Ansi.OFF);
      return Optional.empty();
    }
    return Optional.of(options);
  }

  /// @throws Failure for values that can't work, before anything is measured
  void check(Bench bench) {
    if (rounds != null && (rounds < 1 || rounds > Rounds.MAX)) {
      throw Failure.wrongUse("--rounds must be 1 to %d: %d".formatted(Rounds.MAX, rounds));
    }
    if (path != null && !Files.isDirectory(path)) {
      throw Failure.wrongUse("--path must be a directory: " + path);
    }
    if (data != null && !Files.isDirectory(data)) {
      throw Failure.wrongUse("--data must be a directory: " + data);
    }
    if (data == null && bench.needsData()) {
      throw Failure.wrongUse("bench " + bench.name() + " needs --data DIR");
    }
    if (temporary != null && !(Files.isDirectory(temporary) && Files.isWritable(temporary))) {
      throw Failure.wrongUse("--temp must be a directory that can be written: " + temporary);
    }
    if (s3 && !bench.peers().contains("minio")) {
      throw Failure.wrongUse("bench " + bench.name() + " has no figures on S3");
    }
    for (String measure : only) {
      if (!bench.parts().contains(measure)) {
        throw Failure.wrongUse(
            "bench %s has no measure '%s' alone, it has: %s"
                .formatted(
                    bench.name(),
                    measure,
                    bench.parts().isEmpty() ? "none" : String.join(", ", bench.parts())));
      }
    }
    peers.forEach((peer, program) -> {
      if (!bench.peers().contains(peer)) {
        throw Failure.wrongUse(
            "bench %s has no peer '%s', it has: %s"
                .formatted(
                    bench.name(),
                    peer,
                    bench.peers().isEmpty() ? "none" : String.join(", ", bench.peers())));
      }
      if (!Executables.usable(program)) {
        throw Failure.wrongUse("--peer %s must be a program: %s".formatted(peer, program));
      }
    });
    out().ifPresent(ReportFile::check);
  }

  Optional<String> name() {
    return Optional.ofNullable(name);
  }

  Optional<Path> path() {
    return Optional.ofNullable(path).map(Path::toAbsolutePath);
  }

  Optional<Path> data() {
    return Optional.ofNullable(data).map(Path::toAbsolutePath);
  }

  Optional<Path> out() {
    return Optional.ofNullable(out);
  }

  Map<String, Path> peerPrograms() {
    Map<String, Path> absolute = new LinkedHashMap<>();
    peers.forEach((peer, program) -> absolute.put(peer, program.toAbsolutePath()));
    return absolute;
  }

  Optional<Path> temporary() {
    return Optional.ofNullable(temporary).map(Path::toAbsolutePath);
  }

  Set<String> only() {
    return only;
  }

  boolean s3() {
    return s3;
  }

  int rounds(Bench bench) {
    return rounds == null ? bench.rounds() : rounds;
  }

  boolean json() {
    return json;
  }
}
