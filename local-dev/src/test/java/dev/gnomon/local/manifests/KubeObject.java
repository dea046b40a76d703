package dev.gnomon.local.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// One object of a cluster, as somebody would apply it.
record KubeObject(JsonNode json) {
  /// Where objects are applied that name no namespace.
  static final String NAMESPACE = "gnomon";

  private static final YAMLMapper YAML = new YAMLMapper();

  /// Kind with its version, such as `eventing.knative.dev/v1/Trigger`.
  String type() {
    return json.path("apiVersion").asText() + "/" + json.path("kind").asText();
  }

  String name() {
    return json.at("/metadata/name").asText();
  }

  String namespace() {
    return json.at("/metadata/namespace").asText(NAMESPACE);
  }

  /// What messages name it by, such as `Trigger gnomon/update-timer`. Two objects of the same id
  /// are one, and kinds of the same name in different groups (Service) say so.
  String id() {
    String group = type().startsWith("serving.") ? "Knative " : "";
    return group + json.path("kind").asText() + " " + namespace() + "/" + name();
  }

  boolean is(String type) {
    return type().equals(type);
  }

  /// The template of its pods; missing where it has none.
  JsonNode pod() {
    return is("v1/Pod") ? json.path("spec") : json.at("/spec/template/spec");
  }

  static List<KubeObject> parse(String yaml) {
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(yaml)) {
      return documents.readAll().stream().filter(JsonNode::isObject).map(KubeObject::new).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Every object below a folder as it is written, before overlays.
  static List<KubeObject> plain(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .sorted()
          .flatMap(file -> parse(text(file)).stream())
          .filter(one -> one.json.has("kind") && !one.type().startsWith("kustomize."))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
