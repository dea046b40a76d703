package dev.gnomon.filesystem.programs;

import java.time.Duration;

/// How a program ended.
public sealed interface ProgramOutcome {

  /// It ended by itself.
  ///
  /// @param code exit code, 0 to 255; 128 + n if signal n ended it
  /// @param tail end of what it wrote to standard output and standard error
  record Exited(int code, String tail) implements ProgramOutcome {}

  /// It was killed with everything in its process group.
  ///
  /// @param why a few words, such as "it ran longer than 30 s"
  record Killed(String why, String tail) implements ProgramOutcome {}

  /// It could not be started.
  record NotStarted(String why) implements ProgramOutcome {}

  /// What went wrong, for a message that begins with the program's role; empty if it exited 0.
  default java.util.Optional<String> failure() {
    return switch (this) {
      case Exited(int code, String tail) when code == 0 -> java.util.Optional.empty();
      case Exited(int code, String tail) ->
          java.util.Optional.of("exited with " + code + quoted(tail));
      case Killed(String why, String tail) ->
          java.util.Optional.of("was killed: " + why + quoted(tail));
      case NotStarted(String why) -> java.util.Optional.of("could not be started: " + why);
    };
  }

  private static String quoted(String tail) {
    return tail.isBlank() ? "" : "; its output ended with: " + tail.strip();
  }

  /// A duration for people, such as `30 s` or `250 ms`.
  static String inWords(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }
}
