package dev.gnomon.local.manifests;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Objects that must not be applied.
///
/// @param build part of the sentence of the build
/// @param server part of the message of a real API server; empty if it would admit them
record Fixture(Path file, List<KubeObject> objects, String build, String server) {
  static Fixture read(Path file) {
    String text = KubeObject.text(file);
    return new Fixture(file, KubeObject.parse(text), line(text, "build"), line(text, "server"));
  }

  private static String line(String text, String name) {
    Matcher matcher = Pattern.compile("(?m)^# " + name + ": (.+)$").matcher(text);
    return matcher.find() ? matcher.group(1).strip() : "";
  }
}
