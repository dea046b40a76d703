package dev.gnomon.bench.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The command line as it is on the class path of the tests, in place of the launcher.
public final class RealGnomon {
  private RealGnomon() {}

  /// @param directory where its script goes
  public static Gnomon in(Workplace workplace, Path directory) throws IOException {
    return new Gnomon(workplace, launcher(directory));
  }

  /// Makes a script that stands for the launcher of a checkout.
  ///
  /// @param directory where it goes
  public static Path launcher(Path directory) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> words =
        List.of(
            java,
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            "\"$CLASSES\"",
            "dev.gnomon.local.cli.Gnomon",
            "\"$@\"");
    return Scripts.script(
        directory.resolve("gnomon"),
        "export LC_ALL=C.UTF-8\nCLASSES='%s'\nexec %s"
            .formatted(System.getProperty("java.class.path"), String.join(" ", words)));
  }
}
