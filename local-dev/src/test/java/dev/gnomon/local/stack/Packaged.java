package dev.gnomon.local.stack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The packaged program, started as the launcher does it: on one class path.
public final class Packaged {
  public static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private Packaged() {}

  /// The words before those of a command, for a JVM that starts fast rather than runs fast.
  ///
  /// @param options more options of the JVM
  public static List<String> java(String... options) throws IOException {
    Path app = ROOT.resolve("local-dev/target/quarkus-app");
    if (Files.notExists(app.resolve("quarkus-run.jar"))) {
      throw new IllegalStateException(app + " is missing: this test runs after package");
    }
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    words.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
    words.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"));
    words.add("-Dgnomon.root=" + ROOT);
    words.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
    words.addAll(List.of(options));
    words.addAll(List.of("-cp", classPath(app), StackMain.class.getName()));
    return words;
  }

  /// What the build transformed stands before what it was made from.
  private static String classPath(Path app) throws IOException {
    List<Path> jars = new ArrayList<>();
    for (String directory : List.of("quarkus", "app", "lib/main", "lib/boot")) {
      try (Stream<Path> files = Files.list(app.resolve(directory))) {
        files.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(jars::add);
      }
    }
    return jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
