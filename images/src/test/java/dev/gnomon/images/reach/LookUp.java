package dev.gnomon.images.reach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Something that was looked up by name.
///
/// @param kind type, method, field, members, resource, proxy, defined or serialised
/// @param target name of the class or resource, or the interfaces of a proxy
/// @param member name and types of parameters, or empty
/// @param caller first class outside of Java
/// @param initialising classes that were being initialised meanwhile
public record LookUp(
    String kind, String target, String member, String caller, List<String> initialising) {
  static LookUp of(String line) {
    String[] parts = line.split("\t", -1);
    return new LookUp(
        parts[0],
        parts[1],
        parts[2],
        parts[3],
        Stream.of(parts[4].split(",")).filter(name -> !name.isEmpty()).toList());
  }

  public static List<LookUp> all(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(LookUp::of).toList();
  }

  @Override
  public String toString() {
    return "%s %s %s, asked for by %s".formatted(kind, target, member, caller);
  }
}
