package dev.gnomon.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which libraries of the system a Java runtime links, beside the C library: none with a JDK that
/// brings its own, such as Temurin; zlib and libstdc++ with those of distributions.
final class SystemLibraries {
  /// Of java.desktop, which no server loads, and which links the window system.
  private static final Pattern DESKTOP =
      Pattern.compile(
          "lib(awt|atk-|fontmanager|freetype|javajpeg|jawt|jsound|lcms|mlib_image|splashscreen).*");

  private static final Pattern LINKED =
      Pattern.compile("\\s+(\\S+) => (\\S.*?)( \\(0x\\p{XDigit}+\\))?");

  private SystemLibraries() {}

  /// @param runtime directory of a Java runtime
  /// @return where this machine has each, by its name
  /// @throws IOException if this machine lacks one, or has no `ldd`
  static SortedMap<String, Path> of(Path runtime) throws IOException, InterruptedException {
    List<Path> programs = new ArrayList<>(List.of(runtime.resolve("bin/java")));
    try (Stream<Path> files = Files.walk(runtime.resolve("lib"))) {
      files
          .filter(file -> file.toString().endsWith(".so"))
          .filter(file -> !DESKTOP.matcher(file.getFileName().toString()).matches())
          .sorted()
          .forEach(programs::add);
    }
    List<String> words = new ArrayList<>(List.of("ldd"));
    programs.forEach(program -> words.add(program.toString()));
    ProcessBuilder ldd = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD);
    ldd.environment().put("LC_ALL", "C");
    Process process = ldd.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor(); // its code tells nothing: one program that is not linked makes it 1
    return linked(
        said,
        programs.stream().map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
  }

  /// @param said what `ldd` printed
  /// @param own names of the runtime's own libraries
  static SortedMap<String, Path> linked(String said, Set<String> own) throws IOException {
    SortedMap<String, Path> libraries = new TreeMap<>();
    for (String line : said.lines().toList()) {
      Matcher found = LINKED.matcher(line);
      if (!found.matches()
          || own.contains(found.group(1))
          || LocalBase.GLIBC.contains(found.group(1))) {
        continue;
      }
      if (!found.group(2).startsWith("/")) {
        throw new IOException(
            "the Java runtime links %s, which ldd has as: %s"
                .formatted(found.group(1), found.group(2)));
      }
      libraries.put(found.group(1), Path.of(found.group(2)));
    }
    return libraries;
  }
}
