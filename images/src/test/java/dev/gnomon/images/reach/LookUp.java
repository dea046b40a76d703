package dev.gnomon.images.reach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Something that was looked up by name, or used that was.
///
/// @param kind type, method, field, members, invoked, accessed, resource, proxy, defined or
///   serialised
/// @param target name of the class (of a member, the one that declares it) or resource, or the
///   interfaces of a proxy
/// @param member name and types of parameters, or name of a field, or of the method of `Class` that
///   lists members, or empty
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
    return Files.readAllLines(file).stream()
        .filter(line -> !line.startsWith(LookUps.LOADED))
        .map(LookUp::of)
        .toList();
  }

  /// Names of the classes that were loaded when the process ended.
  public static Set<String> loaded(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(LookUps.LOADED))
        .map(line -> line.substring(LookUps.LOADED.length()))
        .collect(Collectors.toSet());
  }

  @Override
  public String toString() {
    return "%s %s %s, asked for by %s".formatted(kind, target, member, caller);
  }
}
