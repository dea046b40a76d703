package dev.gnomon.bench.harness;

import dev.gnomon.bench.work.Gnomon;
import dev.gnomon.bench.work.Workplace;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where a bench runs and what the user gave it.
///
/// @param root the checkout, with the launcher `gnomon` in it; absolute
/// @param path the user's directory of input; absolute, exists
/// @param peerPrograms programs of peers by the peer's name; absolute, executable
/// @param searchPath where other peers are looked for, as in `PATH`
/// @param only the measures that are wanted; empty for all
/// @param data the data set that the user named; absolute, a directory
/// @param s3 whether the user wants figures on an S3 server, too
public record Setting(
    Path root,
    Optional<Path> path,
    Map<String, Path> peerPrograms,
    String searchPath,
    Workplace workplace,
    Set<String> only,
    Optional<Path> data,
    boolean s3) {
  public Setting {
    peerPrograms = Map.copyOf(peerPrograms);
    only = Set.copyOf(only);
  }

  /// A setting without an S3 server, for all measures.
  public Setting(
      Path root,
      Optional<Path> path,
      Map<String, Path> peerPrograms,
      String searchPath,
      Workplace workplace) {
    this(root, path, peerPrograms, searchPath, workplace, Set.of(), Optional.empty(), false);
  }

  public boolean wants(String measure) {
    return only.isEmpty() || only.contains(measure);
  }

  public Gnomon gnomon() {
    return new Gnomon(workplace, root.resolve("gnomon"));
  }
}
