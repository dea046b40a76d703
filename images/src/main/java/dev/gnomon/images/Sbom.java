package dev.gnomon.images;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What is in an image, as a CycloneDX 1.6 document: the application's own jars, every library with
/// its coordinates and hash, and the version of the Java runtime; neither licences nor what the
/// base holds. It has neither a serial number nor a time, so that the same content makes the same
/// document.
final class Sbom {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String LIST = "quarkus-app-dependencies.txt";

  private Sbom() {}

  /// @param app directory that the build left, with its list of libraries
  /// @param runtime directory of the Java runtime
  /// @throws IOException if a library has no coordinates in the list, or one of the list is not
  ///   there
  static byte[] of(Application application, Path runtime, Path app) throws IOException {
    ObjectNode bom =
        MAPPER
            .createObjectNode()
            .put("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json")
            .put("bomFormat", "CycloneDX")
            .put("specVersion", "1.6")
            .put("version", 1);
    bom.putObject("metadata")
        .putObject("component")
        .put("type", "container")
        .put("bom-ref", application.image())
        .put("name", application.image())
        .put("version", version(libraries(app).values()));
    ArrayNode components = bom.putArray("components");
    components
        .addObject()
        .put("type", "platform")
        .put("bom-ref", "java-runtime")
        .put("name", "java-runtime")
        .put("version", release(runtime));
    for (Path jar : jars(app.resolve("app"))) {
      ObjectNode own = components.addObject().put("type", "application");
      String name = jar.getFileName().toString().replaceFirst("\\.jar$", "");
      own.put("bom-ref", name).put("name", name);
      hash(own, jar);
    }
    Map<String, Library> known = libraries(app);
    for (Path jar : jars(app.resolve("lib/main"), app.resolve("lib/boot"))) {
      Library library = known.remove(jar.getFileName().toString());
      if (library == null) {
        throw new IOException("expected the coordinates of %s in %s".formatted(jar, LIST));
      }
      hash(library.into(components.addObject()), jar);
    }
    if (!known.isEmpty()) {
      throw new IOException("%s names what is not there: %s".formatted(LIST, known.keySet()));
    }
    return MAPPER.writeValueAsBytes(bom);
  }

  /// Coordinates as Maven has them.
  private record Library(
      String group, String artifact, String classifier, String type, String version) {
    static Library parse(String line) throws IOException {
      String[] parts = line.split(":", -1);
      if (parts.length != 5) {
        throw new IOException("expected group:artifact:classifier:type:version, found " + line);
      }
      return new Library(parts[0], parts[1], parts[2], parts[3], parts[4]);
    }

    String file() {
      String suffix = classifier.isEmpty() ? "" : "-" + classifier;
      return "%s.%s-%s%s.%s".formatted(group, artifact, version, suffix, type);
    }

    ObjectNode into(ObjectNode component) {
      String url =
          "pkg:maven/%s/%s@%s?%stype=%s"
              .formatted(
                  quoted(group),
                  quoted(artifact),
                  quoted(version),
                  classifier.isEmpty() ? "" : "classifier=" + quoted(classifier) + "&",
                  quoted(type));
      return component
          .put("type", "library")
          .put("bom-ref", url)
          .put("group", group)
          .put("name", artifact)
          .put("version", version)
          .put("purl", url);
    }

    /// As a package URL has it.
    private static String quoted(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
  }

  private static void hash(ObjectNode component, Path file) throws IOException {
    component.putArray("hashes").addObject().put("alg", "SHA-256").put("content", Sha256.of(file));
  }

  /// Ours, which all our modules share.
  private static String version(Collection<Library> libraries) throws IOException {
    return libraries.stream()
        .filter(library -> library.group().equals("dev.gnomon"))
        .findFirst()
        .orElseThrow(() -> new IOException("expected a library of dev.gnomon in " + LIST))
        .version();
  }

  private static Map<String, Library> libraries(Path app) throws IOException {
    Map<String, Library> libraries = new TreeMap<>();
    for (String line : Files.readAllLines(app.resolve(LIST))) {
      if (!line.isBlank()) {
        Library library = Library.parse(line.strip());
        libraries.put(library.file(), library);
      }
    }
    return libraries;
  }

  private static List<Path> jars(Path... folders) throws IOException {
    List<Path> jars = new ArrayList<>();
    for (Path folder : folders) {
      try (Stream<Path> files = Files.list(folder)) {
        files.filter(file -> file.toString().endsWith(".jar")).forEach(jars::add);
      }
    }
    jars.sort(null);
    return jars;
  }

  private static String release(Path runtime) throws IOException {
    return Files.readAllLines(runtime.resolve("release")).stream()
        .filter(line -> line.startsWith("JAVA_VERSION="))
        .map(line -> line.substring("JAVA_VERSION=".length()).replace("\"", ""))
        .findFirst()
        .orElseThrow(() -> new IOException("expected JAVA_VERSION in " + runtime + "/release"));
  }
}
