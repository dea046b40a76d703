package dev.gnomon.filesystem.fence;

import dev.gnomon.core.catalogue.Writer;
import dev.gnomon.filesystem.programs.ProgramOutcome;
import dev.gnomon.filesystem.programs.ProgramRunner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Tries to write at a location with the writer's own identity: makes the directory if it is
/// missing and creates a file in it, as a writer that knows the path would. What it makes it
/// removes.
final class TrialWrite {
  static final Duration LIMIT = Duration.ofSeconds(5);

  private static final int REFUSED = 42;
  private static final int WRITTEN = 43;
  private static final int REPLACEABLE = 44;

  // $1 location, $2 name for a file, $3 its parent, $4 "fixed" if the location can't be replaced.
  private static final String WRITE =
      """
      refused=$({ mkdir -p -- "$1" && : > "$1/$2"; } 2>&1) && {
        rm -f -- "$1/$2"
        exit 43
      }
      [ "$4" = fixed ] || [ ! -w "$3" ] || exit 44
      printf '%s' "$refused"
      exit 42
      """;

  // The same judgement without a write.
  private static final String LOOK =
      """
      [ "$4" = fixed ] || { [ "$(id -u)" != 0 ] && [ ! -w "$3" ]; } || exit 44
      exit 42
      """;

  private final ProgramRunner programs;
  private final int ownUid;
  private final String setpriv;

  TrialWrite(ProgramRunner programs, int ownUid) {
    this(programs, ownUid, "setpriv");
  }

  TrialWrite(ProgramRunner programs, int ownUid, String setpriv) {
    this.programs = programs;
    this.ownUid = ownUid;
    this.setpriv = setpriv;
  }

  sealed interface Answer {
    /// @param words what the system answered
    record Refused(String words) implements Answer {}

    record Written() implements Answer {}

    /// The write was refused, but the writer could remove what refuses it.
    record Replaceable() implements Answer {}

    record Impossible(String why) implements Answer {}
  }

  Answer write(Writer writer, Path location, boolean immutable) {
    return run(WRITE, writer, location, immutable);
  }

  /// Whether a write would be refused if a placeholder stood at the location; changes nothing.
  Answer look(Writer writer, Path location, boolean immutable) {
    return run(LOOK, writer, location, immutable);
  }

  /// Of "sh: cannot create FILE: REASON" the reason, which does not differ from time to time.
  private static String reason(String words) {
    return words.strip().substring(words.strip().lastIndexOf(": ") + 1).strip();
  }

  private Answer run(String script, Writer writer, Path location, boolean immutable) {
    List<String> argv = new ArrayList<>();
    if (ownUid == 0 || writer.uid() != ownUid) {
      String uid = Integer.toUnsignedString(writer.uid());
      String gid = Integer.toUnsignedString(writer.gid());
      argv.addAll(List.of(setpriv, "--reuid", uid, "--regid", gid, "--clear-groups", "--"));
    }
    argv.addAll(
        List.of(
            "/bin/sh",
            "-c",
            script,
            "gnomon-trial",
            location.toString(),
            ".gnomon-trial-" + UUID.randomUUID(),
            String.valueOf(location.getParent()),
            immutable ? "fixed" : "loose"));
    ProgramOutcome outcome = programs.run(argv, Path.of("/"), Map.of("LC_ALL", "C"), LIMIT);
    return switch (outcome) {
      case ProgramOutcome.Exited(int code, String words) when code == REFUSED ->
          new Answer.Refused(reason(words));
      case ProgramOutcome.Exited(int code, String words) when code == WRITTEN ->
          new Answer.Written();
      case ProgramOutcome.Exited(int code, String words) when code == REPLACEABLE ->
          new Answer.Replaceable();
      case ProgramOutcome.Exited _, ProgramOutcome.Killed _, ProgramOutcome.NotStarted _ ->
          new Answer.Impossible(outcome.failure().orElse("it exited with 0"));
    };
  }
}
