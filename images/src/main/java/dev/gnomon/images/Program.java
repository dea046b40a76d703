package dev.gnomon.images;

import java.util.ArrayList;
import java.util.List;

/// What an image runs.
///
/// @param jar in the directory of the application
/// @param options of the JVM
/// @param serves whether it listens; else it is given arguments and ends
public record Program(String jar, List<String> options, boolean serves) {
  /// A deployable. The collector is named because the JVM would choose one by the size of the
  /// machine, and a cache is good for the one that it was made with.
  public static final Program SERVER =
      new Program(
          "quarkus-run.jar",
          List.of(
              "-XX:+UseSerialGC",
              "-XX:MaxRAMPercentage=60",
              "-XX:+ExitOnOutOfMemoryError",
              "-XX:-UsePerfData",
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-Dio.lettuce.core.jfr=false", // its first event would start JFR
              "-Djava.util.logging.manager=org.jboss.logmanager.LogManager"),
          true);

  /// The command line. Its output is what people and scripts read, so the JVM says nothing there.
  static final Program COMMANDS =
      new Program(
          "gnomon.jar",
          List.of(
              "-XX:+UseSerialGC",
              "-XX:MaxRAMPercentage=60",
              "-XX:-UsePerfData",
              "-Xlog:disable",
              "-Xlog:all=error:stderr",
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-Djava.util.logging.manager=org.jboss.logmanager.LogManager"),
          false);

  public Program {
    options = List.copyOf(options);
  }

  /// What runs it, in the directory of the application.
  ///
  /// @param root under which the image lies, empty in the image itself
  /// @param more options of the JVM
  public List<String> command(String root, List<String> more) {
    List<String> command = new ArrayList<>(List.of(root + Layout.RUNTIME + "/bin/java"));
    command.addAll(options);
    command.addAll(more);
    // Relative: the cache is good for the class path that it was made with.
    command.addAll(List.of("-jar", jar));
    return command;
  }
}
