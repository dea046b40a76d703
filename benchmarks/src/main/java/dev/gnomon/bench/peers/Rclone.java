package dev.gnomon.bench.peers;

import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.work.Executables;
import dev.gnomon.bench.work.Program;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.Workplace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// rclone, which makes one directory equal to another by size and time.
public final class Rclone {
  public static final String NAME = "rclone";

  private final Workplace workplace;
  private final Path program;

  private Rclone(Workplace workplace, Path program) {
    this.workplace = workplace;
    this.program = program;
  }

  /// The one that the user gave, else the one on the PATH.
  public static Optional<Rclone> find(Setting setting) {
    return Optional.ofNullable(setting.peerPrograms().get(NAME))
        .or(() -> Executables.find(NAME, setting.searchPath()))
        .map(program -> new Rclone(setting.workplace(), program));
  }

  /// Such as `v1.75.1`.
  ///
  /// @throws RoundFailedException if it can't be run
  public String version(Path directory) throws RoundFailedException, InterruptedException {
    return Versions.of(workplace, directory, NAME, program, "version");
  }

  /// Makes a directory equal to a plain copy, symbolic links and metadata included.
  public ProgramRun sync(Path directory, Path from, Path to)
      throws RoundFailedException, InterruptedException {
    return workplace
        .run(
            new Program(
                List.of(
                    program.toString(),
                    "sync",
                    "--links",
                    "--metadata",
                    "--quiet",
                    from.toString(),
                    to.toString()),
                directory,
                Map.of("RCLONE_CONFIG", directory.resolve("rclone.conf").toString())))
        .succeeded();
  }
}
