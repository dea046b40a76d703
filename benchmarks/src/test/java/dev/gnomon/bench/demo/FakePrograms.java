package dev.gnomon.bench.demo;

import dev.gnomon.bench.work.Scripts;
import java.io.IOException;
import java.nio.file.Path;

/// Scripts in the place of the launcher and of restic.
public final class FakePrograms {
  public static final String DEMO_JSON =
      """
      {"resource": "site", "files": 2, "bytes": 9, "shadowSeconds": 1.5, \
      "eventToSwitchMillis": 80, "eventToFrozenMillis": 40.5, "restoreSeconds": 0.75, \
      "filesRestored": 1, "verified": true, "epochBefore": 1, "epochAfter": 3, \
      "rolledBackTo": "site@1", "undone": true}\
      """;

  private FakePrograms() {}

  /// A launcher that notes its words in `calls` beside it, answers `--version`, and whose `demo`
  /// does what the body says.
  public static Path launcher(Path root, String demo) throws IOException {
    return Scripts.script(
        root.resolve("gnomon"),
        """
        echo "$*" >>'%s/calls'
        case $1 in
          --version) echo 'gnomon 0.1'; exit 0 ;;
          demo) ;;
          *) echo "unknown command $1" >&2; exit 2 ;;
        esac
        %s\
        """
            .formatted(root, demo));
  }

  public static String says(String json) {
    return "echo 'working ...' >&2\necho '" + json + "'";
  }

  /// A program that answers as restic does, and copies.
  public static Path restic(Path file) throws IOException {
    return Scripts.script(
        file,
        """
        case $1 in
          version) echo 'restic 0.14.0 compiled with go1.19.8 on linux/amd64' ;;
          init) [ -n "$RESTIC_PASSWORD" ] && mkdir "$RESTIC_REPOSITORY" ;;
          backup) cp -R . "$RESTIC_REPOSITORY/data" ;;
          restore) cp -R "$RESTIC_REPOSITORY/data/." "$5" ;;
          *) exit 9 ;;
        esac\
        """);
  }
}
