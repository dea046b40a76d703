package dev.gnomon.bench.peers;

import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// rclone, which makes one directory equal to another by size and time.
public final class Rclone {
  public static final String NAME = "rclone";

  private final PeerProgram program;

  private Rclone(PeerProgram program) {
    this.program = program;
  }

  /// The one that the user gave, else the one on the PATH.
  public static Optional<Rclone> find(Setting setting) {
    return PeerProgram.find(NAME, setting).map(Rclone::new);
  }

  /// Such as `v1.75.1`.
  ///
  /// @throws RoundFailedException if it can't be run
  public String version(Path directory) throws RoundFailedException, InterruptedException {
    return program.version(directory, "version");
  }

  /// Makes a directory equal to a plain copy, symbolic links and metadata included.
  public ProgramRun sync(Path directory, Path from, Path to)
      throws RoundFailedException, InterruptedException {
    return program.run(
        directory,
        Map.of("RCLONE_CONFIG", directory.resolve("rclone.conf").toString()),
        List.of(
            "sync",
            "--links",
            "--metadata",
            "--create-empty-src-dirs",
            "--quiet",
            from.toString(),
            to.toString()));
  }
}
