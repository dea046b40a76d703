package dev.gnomon.images.reach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Something that was looked up by name.
///
/// @param kind type, method, field, members, resource, proxy, defined or serialised; a method or a
///   constructor also when it is called, a field also when it is read or written
/// @param target name of the class or resource, or the interfaces of a proxy; of a member the class
///   that was asked for it
/// @param member name and types of parameters; of members the name of the method that gave them; or
///   empty
/// @param declaring class of the member, or empty
/// @param isPublic whether the member is
/// @param caller first class outside of Java
/// @param initialising classes that were being initialised meanwhile
public record LookUp(
    String kind,
    String target,
    String member,
    String declaring,
    boolean isPublic,
    String caller,
    List<String> initialising) {
  static LookUp of(String line) {
    String[] parts = line.split("\t", -1);
    return new LookUp(
        parts[0],
        parts[1],
        parts[2],
        parts[3],
        parts[4].equals("public"),
        parts[5],
        Stream.of(parts[6].split(",")).filter(name -> !name.isEmpty()).toList());
  }

  public static List<LookUp> all(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(LookUp::of).toList();
  }

  @Override
  public String toString() {
    return "%s %s %s, asked for by %s".formatted(kind, target, member, caller);
  }
}
