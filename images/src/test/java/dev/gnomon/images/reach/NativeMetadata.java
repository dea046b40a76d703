package dev.gnomon.images.reach;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What native-image is told may be looked up by name: the files below META-INF/native-image of all
/// jars that it is given, what Quarkus wrote among them. Conditions are taken to hold.
public final class NativeMetadata {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern FILE = Pattern.compile("META-INF/native-image/.*\\.json");
  private static final String AT_RUN_TIME = "--initialize-at-run-time=";

  private final Map<String, List<JsonNode>> types = new HashMap<>();
  private final Set<String> proxies = new HashSet<>();
  private final List<Pattern> resources = new ArrayList<>();
  private final List<String> initialisedAtRunTime = new ArrayList<>();

  private NativeMetadata() {}

  /// @param sources directory that the build leaves for native-image
  public static NativeMetadata of(Path sources) throws IOException {
    NativeMetadata metadata = new NativeMetadata();
    for (String argument : Files.readString(sources.resolve("native-image.args")).split("\\s+")) {
      if (argument.startsWith(AT_RUN_TIME)) {
        metadata.initialisedAtRunTime.addAll(
            List.of(argument.substring(AT_RUN_TIME.length()).split(",")));
      }
    }
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        eachFile(jar, metadata::read);
      }
    }
    return metadata;
  }

  static void eachFile(Path jar, BiConsumer<String, JsonNode> reader) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : file.stream().toList()) {
        if (FILE.matcher(entry.getName()).matches()) {
          reader.accept(entry.getName(), JSON.readTree(file.getInputStream(entry)));
        }
      }
    }
  }

  private void read(String name, JsonNode json) {
    switch (name.substring(name.lastIndexOf('/') + 1)) {
      case "reflect-config.json" -> json.forEach(entry -> type(entry, entry.path("name")));
      case "proxy-config.json" -> json.forEach(entry -> proxy(entry.path("interfaces"), entry));
      case "resource-config.json" -> resources(json.path("resources"));
      case "reachability-metadata.json" -> {
        json.path("reflection").forEach(entry -> type(entry, entry.path("type")));
        json.path("resources").forEach(this::glob);
      }
      default -> {}
    }
  }

  private void type(JsonNode entry, JsonNode type) {
    if (type.has("proxy")) {
      proxy(type.path("proxy"), type);
    } else {
      types.computeIfAbsent(type.asText(), name -> new ArrayList<>()).add(entry);
    }
  }

  private void proxy(JsonNode interfaces, JsonNode otherwise) {
    List<String> names = new ArrayList<>();
    (interfaces.isArray() ? interfaces : otherwise).forEach(one -> names.add(one.asText()));
    proxies.add("(" + String.join(",", names) + ")");
  }

  private void resources(JsonNode given) {
    JsonNode includes = given.isArray() ? given : given.path("includes");
    for (JsonNode include : includes) {
      if (include.has("pattern")) {
        resources.add(Pattern.compile(include.path("pattern").asText()));
      } else {
        glob(include);
      }
    }
  }

  private void glob(JsonNode entry) {
    if (entry.has("glob")) {
      String[] parts = entry.path("glob").asText().split("\\*\\*/?", -1);
      List<String> each = new ArrayList<>();
      for (String part : parts) {
        each.add(
            Stream.of(part.split("\\*", -1))
                .map(Pattern::quote)
                .reduce((a, b) -> a + "[^/]*" + b)
                .orElse(""));
      }
      resources.add(Pattern.compile(String.join(".*", each)));
    }
  }

  /// Whether it happens while the executable is made, where everything can be looked up.
  public boolean beforehand(LookUp lookUp) {
    return lookUp.initialising().stream()
        .anyMatch(name ->
            initialisedAtRunTime.stream()
                .noneMatch(late -> name.equals(late) || name.startsWith(late + ".")));
  }

  public boolean covers(LookUp lookUp) {
    return switch (lookUp.kind()) {
      case "type", "members" -> types.containsKey(element(lookUp.target()));
      case "method" -> entries(lookUp).anyMatch(entry -> method(entry, lookUp.member()));
      case "field" ->
          entries(lookUp)
              .anyMatch(entry ->
                  entry.path("allDeclaredFields").asBoolean()
                      || entry.path("allPublicFields").asBoolean()
                      || named(entry.path("fields"), lookUp.member()));
      case "resource" ->
          resources.stream().anyMatch(pattern -> pattern.matcher(lookUp.target()).matches());
      case "proxy" -> proxies.contains(lookUp.target());
      default -> false;
    };
  }

  private Stream<JsonNode> entries(LookUp lookUp) {
    return types.getOrDefault(lookUp.target(), List.of()).stream();
  }

  private static boolean method(JsonNode entry, String member) {
    String what = member.startsWith("<init>") ? "Constructors" : "Methods";
    if (entry.path("allDeclared" + what).asBoolean()
        || entry.path("allPublic" + what).asBoolean()) {
      return true;
    }
    for (JsonNode method : entry.path("methods")) {
      List<String> parameters = new ArrayList<>();
      method.path("parameterTypes").forEach(one -> parameters.add(one.asText()));
      String name = method.path("name").asText();
      if (member.equals(name + "(" + String.join(",", parameters) + ")")
          || !method.has("parameterTypes") && member.startsWith(name + "(")) {
        return true;
      }
    }
    return false;
  }

  private static boolean named(JsonNode list, String name) {
    for (JsonNode one : list) {
      if (one.path("name").asText().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static String element(String type) {
    return type.startsWith("[") && type.endsWith(";")
        ? type.substring(type.lastIndexOf('[') + 2, type.length() - 1)
        : type;
  }
}
