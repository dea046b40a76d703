package dev.gnomon.images.reach;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// What native-image is told may be looked up by name: the files below META-INF/native-image of all
/// jars that it is given, what Quarkus wrote among them, without those that Quarkus has it leave
/// out.
///
/// An entry with a condition counts if the class of the condition was loaded; whether that was
/// before the look-up is not known.
public final class NativeMetadata implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern FILE = Pattern.compile("META-INF/native-image/.*\\.json");
  private static final Pattern ARGUMENTS =
      Pattern.compile("META-INF/native-image/.*native-image\\.properties");
  private static final String AT_RUN_TIME = "--initialize-at-run-time=";

  /// Quarkus' own part of the build, which has classes initialised at run time.
  private static final String FEATURE = "io/quarkus/runner/Feature.class";

  private record LeftOut(Pattern jar, Pattern file) {
    boolean matches(Path path, String name) {
      return jar.matcher(path.toString()).find() && file.matcher("/" + name).find();
    }
  }

  private final Set<String> loaded;
  private final URLClassLoader classes;
  private final Reflected reflected;
  private final ResourceNames resources = new ResourceNames();
  private final Set<String> proxies = new HashSet<>();
  private final Set<String> initialisedAtRunTime = new HashSet<>();
  private final List<LeftOut> leftOut = new ArrayList<>();

  private NativeMetadata(Set<String> loaded, URLClassLoader classes) {
    this.loaded = loaded;
    this.classes = classes;
    this.reflected = new Reflected(classes);
  }

  /// @param sources directory that the build leaves for native-image
  /// @param loaded classes that were loaded while looking up
  public static NativeMetadata of(Path sources, Set<String> loaded) throws IOException {
    List<Path> jars;
    try (Stream<Path> files = Files.walk(sources)) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
    }
    List<URL> urls = new ArrayList<>();
    for (Path jar : jars) {
      urls.add(jar.toUri().toURL());
    }
    NativeMetadata metadata =
        new NativeMetadata(
            loaded,
            new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader()));
    metadata.arguments(Files.readString(sources.resolve("native-image.args")));
    for (Path jar : jars) {
      metadata.read(jar);
    }
    return metadata;
  }

  @Override
  public void close() throws IOException {
    classes.close();
  }

  private void arguments(String text) {
    List<String> all = List.of(text.split("\\s+"));
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).startsWith(AT_RUN_TIME)) {
        initialisedAtRunTime.addAll(List.of(all.get(i).substring(AT_RUN_TIME.length()).split(",")));
      } else if (all.get(i).equals("--exclude-config")) {
        leftOut.add(new LeftOut(Pattern.compile(all.get(i + 1)), Pattern.compile(all.get(i + 2))));
      }
    }
  }

  private void read(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : file.stream().toList()) {
        String name = entry.getName();
        try (InputStream in = file.getInputStream(entry)) {
          if (FILE.matcher(name).matches()
              && leftOut.stream().noneMatch(one -> one.matches(jar, name))) {
            read(name, JSON.readTree(in));
          } else if (ARGUMENTS.matcher(name).matches()) {
            arguments(new String(in.readAllBytes(), StandardCharsets.UTF_8));
          } else if (name.equals(FEATURE)) {
            feature(ClassFile.of().parse(in.readAllBytes()));
          }
        }
      }
    }
  }

  /// Takes the names that the code has before it calls for initialisation at run time.
  private void feature(ClassModel feature) {
    for (MethodModel method : feature.methods()) {
      List<String> names = new ArrayList<>();
      method.code().stream()
          .flatMap(CodeModel::elementStream)
          .forEach(element -> {
            if (element instanceof ConstantInstruction constant
                && constant.constantValue() instanceof String name) {
              names.add(name);
            } else if (element instanceof InvokeInstruction invoked
                && invoked.name().equalsString("initializeAtRunTime")) {
              initialisedAtRunTime.addAll(names);
            }
          });
    }
  }

  private void read(String name, JsonNode json) {
    switch (name.substring(name.lastIndexOf('/') + 1)) {
      case "reflect-config.json" ->
          holding(json).forEach(entry -> reflected.add(entry.path("name").asText(), entry, false));
      case "proxy-config.json" ->
          holding(json).forEach(entry -> proxy(entry.isArray() ? entry : entry.path("interfaces")));
      case "resource-config.json" -> {
        JsonNode given = json.path("resources");
        holding(given.isArray() ? given : given.path("includes")).forEach(resources::include);
        holding(given.path("excludes")).forEach(resources::exclude);
      }
      case "reachability-metadata.json" -> {
        holding(json.path("reflection")).forEach(this::type);
        holding(json.path("resources")).forEach(resources::include);
      }
      default -> {}
    }
  }

  private Stream<JsonNode> holding(JsonNode entries) {
    return StreamSupport.stream(entries.spliterator(), false)
        .filter(entry -> {
          JsonNode condition = entry.path("condition");
          return condition.isMissingNode()
              || condition.valueStream().allMatch(type -> loaded.contains(type.asText()));
        });
  }

  private void type(JsonNode entry) {
    JsonNode type = entry.path("type");
    if (type.has("proxy")) {
      proxy(type.path("proxy"));
    } else if (type.isTextual()) {
      reflected.add(type.asText(), entry, true);
    }
  }

  private void proxy(JsonNode interfaces) {
    List<String> names = interfaces.valueStream().map(JsonNode::asText).toList();
    proxies.add("(" + String.join(",", names) + ")");
    reflected.addProxy(names);
  }

  /// Whether it happens while the executable is made, where everything can be looked up.
  public boolean beforehand(LookUp lookUp) {
    return lookUp.initialising().stream()
        .anyMatch(name ->
            initialisedAtRunTime.stream()
                .noneMatch(late -> name.equals(late) || name.startsWith(late + ".")));
  }

  /// Whether it works in the executable as it did.
  public boolean covers(LookUp lookUp) {
    String target = lookUp.target();
    String member = lookUp.member();
    return switch (lookUp.kind()) {
      case "type" -> reflected.type(target);
      case "members" -> reflected.lists(target, member);
      case "method" -> reflected.finds(target, member);
      case "invoked" -> reflected.invokes(target, member);
      case "field" -> reflected.findsField(target, member);
      case "accessed" -> reflected.accesses(target, member);
      case "resource" -> resources.contains(target);
      case "proxy" -> proxies.contains(target);
      default -> false;
    };
  }
}
