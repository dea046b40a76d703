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
/// jars that it is given, what Quarkus wrote among them, without those that its arguments exclude.
/// Conditions are taken to hold.
///
/// A type that reachability-metadata.json names can be asked for all its members, whether or not
/// they are named; one of reflect-config.json only for those kinds that a flag names (GraalVM 25;
/// graal's issue 7962). Either way a member can be used only if it is named itself, or by a flag.
public final class NativeMetadata {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern FILE = Pattern.compile("META-INF/native-image/.*\\.json");
  private static final String AT_RUN_TIME = "--initialize-at-run-time=";

  /// The flags of reflect-config.json that let a type be asked for members, by the method that
  /// asks.
  private static final Map<String, List<String>> QUERIES =
      Map.of(
          "getMethods", List.of("queryAllPublicMethods", "allPublicMethods"),
          "getDeclaredMethods", List.of("queryAllDeclaredMethods", "allDeclaredMethods"),
          "getConstructors",
              List.of(
                  "queryAllPublicConstructors",
                  "allPublicConstructors",
                  "queryAllDeclaredConstructors",
                  "allDeclaredConstructors"),
          "getDeclaredConstructors",
              List.of("queryAllDeclaredConstructors", "allDeclaredConstructors"),
          "getFields", List.of("queryAllPublicFields", "allPublicFields"),
          "getDeclaredFields", List.of("queryAllDeclaredFields", "allDeclaredFields"),
          "getRecordComponents", List.of("allRecordComponents"));

  /// Looks for an annotation of methods, and never calls them.
  private static final String ASKS_ONLY = "io.netty.channel.ChannelHandlerMask";

  /// @param complete whether the type can be asked for all its members
  private record Entry(JsonNode json, boolean complete) {
    boolean says(String flag) {
      return json.path(flag).asBoolean();
    }
  }

  /// @param jar whose name is excluded
  /// @param file paths in it
  private record Excluded(Pattern jar, Pattern file) {}

  private final Map<String, List<Entry>> types = new HashMap<>();
  private final List<Excluded> excluded = new ArrayList<>();
  private final Set<String> proxies = new HashSet<>();
  private final List<Pattern> resources = new ArrayList<>();
  private final List<String> initialisedAtRunTime = new ArrayList<>();

  private NativeMetadata() {}

  /// @param sources directory that the build leaves for native-image
  public static NativeMetadata of(Path sources) throws IOException {
    NativeMetadata metadata = new NativeMetadata();
    List<String> arguments =
        List.of(Files.readString(sources.resolve("native-image.args")).split("\\s+"));
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--exclude-config")) {
        metadata.excluded.add(
            new Excluded(
                Pattern.compile(arguments.get(i + 1)), Pattern.compile(arguments.get(i + 2))));
      }
      if (argument.startsWith(AT_RUN_TIME)) {
        metadata.initialisedAtRunTime.addAll(
            List.of(argument.substring(AT_RUN_TIME.length()).split(",")));
      }
    }
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        eachFile(
            jar,
            (name, json) -> {
              if (!metadata.excludes(jar, name)) {
                metadata.read(name, json);
              }
            });
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

  private boolean excludes(Path jar, String file) {
    return excluded.stream()
        .anyMatch(one ->
            one.jar().matcher(jar.toString()).find() && one.file().matcher("/" + file).find());
  }

  private void read(String name, JsonNode json) {
    switch (name.substring(name.lastIndexOf('/') + 1)) {
      case "reflect-config.json" -> json.forEach(entry -> type(entry, entry.path("name"), false));
      case "proxy-config.json" -> json.forEach(entry -> proxy(entry.path("interfaces"), entry));
      case "resource-config.json" -> resources(json.path("resources"));
      case "reachability-metadata.json" -> {
        json.path("reflection").forEach(entry -> type(entry, entry.path("type"), true));
        json.path("resources").forEach(this::glob);
      }
      default -> {}
    }
  }

  private void type(JsonNode entry, JsonNode type, boolean complete) {
    if (type.has("proxy")) {
      proxy(type.path("proxy"), type);
    } else {
      types
          .computeIfAbsent(type.asText(), name -> new ArrayList<>())
          .add(new Entry(entry, complete));
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
      case "type" -> types.containsKey(element(lookUp.target()));
      case "members" -> entries(lookUp.target()).anyMatch(entry -> asked(entry, lookUp.member()));
      case "method" -> method(lookUp);
      case "field" -> field(lookUp);
      case "resource" ->
          resources.stream().anyMatch(pattern -> pattern.matcher(lookUp.target()).matches());
      case "proxy" -> proxies.contains(lookUp.target());
      default -> false;
    };
  }

  private Stream<Entry> entries(String type) {
    return types.getOrDefault(type, List.of()).stream();
  }

  private static boolean asked(Entry entry, String query) {
    return entry.complete()
        || QUERIES.getOrDefault(query, List.of()).stream().anyMatch(entry::says);
  }

  /// A flag for public methods names inherited ones too, all others what the type itself declares.
  private boolean method(LookUp lookUp) {
    if (lookUp.caller().startsWith(ASKS_ONLY)
        && entries(lookUp.target()).anyMatch(entry -> asked(entry, "getMethods"))) {
      return true;
    }
    String what = lookUp.member().startsWith("<init>") ? "Constructors" : "Methods";
    return entries(lookUp.declaring())
            .anyMatch(
                entry -> entry.says("allDeclared" + what) || listed(entry.json(), lookUp.member()))
        || lookUp.isPublic()
            && Stream.concat(entries(lookUp.target()), entries(lookUp.declaring()))
                .anyMatch(entry -> entry.says("allPublic" + what));
  }

  private static boolean listed(JsonNode entry, String member) {
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

  private boolean field(LookUp lookUp) {
    return entries(lookUp.declaring())
            .anyMatch(entry ->
                entry.says("allDeclaredFields")
                    || named(entry.json().path("fields"), lookUp.member()))
        || lookUp.isPublic()
            && Stream.concat(entries(lookUp.target()), entries(lookUp.declaring()))
                .anyMatch(entry -> entry.says("allPublicFields"));
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
