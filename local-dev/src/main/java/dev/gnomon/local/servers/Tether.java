package dev.gnomon.local.servers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Has programs end with this process, also if it is killed.
public final class Tether {
  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

  private Tether() {}

  /// The words that start a program which is sent TERM when the thread that started it ends;
  /// without setpriv, which only Linux has, the words as they are.
  public static List<String> words(List<String> command) {
    if (!Files.isExecutable(SETPRIV)) {
      return List.copyOf(command);
    }
    List<String> words = new ArrayList<>(List.of(SETPRIV.toString(), "--pdeathsig", "TERM", "--"));
    words.addAll(command);
    return words;
  }
}
