package dev.gnomon.bench.work;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds programs as a shell does.
public final class Executables {
  private Executables() {}

  /// @param searchPath directories with the separator of a `PATH`
  public static Optional<Path> find(String program, String searchPath) {
    return Stream.of(searchPath.split(File.pathSeparator))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, program))
        .filter(Executables::usable)
        .findFirst();
  }

  public static boolean usable(Path program) {
    return Files.isRegularFile(program) && Files.isExecutable(program);
  }
}
