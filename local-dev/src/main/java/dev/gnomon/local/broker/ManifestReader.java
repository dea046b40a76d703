package dev.gnomon.local.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Reads the Broker, Triggers, PingSources and Services of a directory of YAML files. Kinds that
/// the local stack has no use for are passed over; a feature of a kind that it has a use for, but
/// does not know, is an error: events must not go other ways here than in a cluster.
public final class ManifestReader {
  private static final int MAX_FILES = 1000;
  private static final YAMLMapper YAML = new YAMLMapper();

  private final List<String> brokers = new ArrayList<>();
  private final List<Trigger> triggers = new ArrayList<>();
  private final List<PingSource> pingSources = new ArrayList<>();
  private final Map<String, Integer> services = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private Delivery delivery = Delivery.DEFAULT;

  private ManifestReader() {}

  /// @throws IllegalArgumentException naming the file and what is wrong with it
  public static Manifests read(Path directory) {
    ManifestReader reader = new ManifestReader();
    for (Path file : yamlFiles(directory)) {
      for (JsonNode document : documents(file)) {
        try {
          reader.take(document);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
      }
    }
    return reader.finish(directory);
  }

  private void take(JsonNode document) {
    String kind = document.path("apiVersion").asText() + "/" + document.path("kind").asText();
    switch (kind) {
      case "eventing.knative.dev/v1/Broker" -> takeBroker(document);
      case "eventing.knative.dev/v1/Trigger" -> triggers.add(trigger(document));
      case "sources.knative.dev/v1/PingSource" -> pingSources.add(pingSource(document));
      case "serving.knative.dev/v1/Service" -> takeService(document);
      default -> {} // accounts, bindings, kustomizations
    }
  }

  private void takeBroker(JsonNode document) {
    brokers.add(name(document));
    delivery = delivery(document.path("spec")).orElse(Delivery.DEFAULT);
  }

  private void takeService(JsonNode document) {
    JsonNode pod = document.path("spec").path("template").path("spec");
    services.put(name(document), pod.path("containerConcurrency").asInt(0));
  }

  private Trigger trigger(JsonNode document) {
    JsonNode spec = document.path("spec");
    if (spec.has("filters")) {
      throw new IllegalArgumentException(
          "Trigger " + name(document) + ": use filter.attributes; filters are not known here");
    }
    requireBroker(spec.path("broker").asText(), "Trigger " + name(document));
    return new Trigger(
        name(document),
        strings(spec.path("filter").path("attributes")),
        destination(spec.path("subscriber")),
        delivery(spec));
  }

  private PingSource pingSource(JsonNode document) {
    JsonNode spec = document.path("spec");
    JsonNode ref = spec.path("sink").path("ref");
    if (!ref.path("kind").asText().equals("Broker")) {
      throw new IllegalArgumentException(
          "PingSource " + name(document) + ": its sink must be the Broker");
    }
    requireBroker(ref.path("name").asText(), "PingSource " + name(document));
    byte[] data =
        spec.has("dataBase64")
            ? Base64.getDecoder().decode(spec.path("dataBase64").asText())
            : spec.path("data").asText().getBytes(StandardCharsets.UTF_8);
    return new PingSource(
        name(document),
        Schedule.parse(spec.path("schedule").asText("* * * * *")),
        spec.has("timezone") ? ZoneId.of(spec.path("timezone").asText()) : ZoneId.systemDefault(),
        text(spec, "contentType"),
        data,
        strings(spec.path("ceOverrides").path("extensions")));
  }

  private static Optional<Delivery> delivery(JsonNode spec) {
    JsonNode delivery = spec.path("delivery");
    if (delivery.isMissingNode() || delivery.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Delivery(
            delivery.path("retry").asInt(0),
            Delivery.Backoff.valueOf(
                delivery.path("backoffPolicy").asText("exponential").toUpperCase(Locale.ROOT)),
            duration(delivery, "backoffDelay", Delivery.DEFAULT.backoffDelay()),
            duration(delivery, "timeout", Delivery.DEFAULT_TIMEOUT),
            delivery.has("deadLetterSink")
                ? Optional.of(destination(delivery.path("deadLetterSink")))
                : Optional.empty()));
  }

  private static Destination destination(JsonNode node) {
    JsonNode ref = node.path("ref");
    if (!ref.isMissingNode() && !ref.path("kind").asText().equals("Service")) {
      throw new IllegalArgumentException("a ref to a Service is needed, not " + ref);
    }
    return new Destination(text(ref, "name"), text(node, "uri").map(URI::create));
  }

  private static Duration duration(JsonNode node, String field, Duration otherwise) {
    try {
      return node.has(field) ? Duration.parse(node.path(field).asText()) : otherwise;
    } catch (java.time.format.DateTimeParseException e) {
      throw new IllegalArgumentException(
          field + " must be an ISO 8601 duration: " + node.path(field).asText(), e);
    }
  }

  private static Map<String, String> strings(JsonNode node) {
    Map<String, String> values = new LinkedHashMap<>();
    node.properties().forEach(field -> values.put(field.getKey(), field.getValue().asText()));
    return values;
  }

  private static Optional<String> text(JsonNode node, String field) {
    return node.has(field) ? Optional.of(node.path(field).asText()) : Optional.empty();
  }

  private final List<String> wantedBrokers = new ArrayList<>();

  private void requireBroker(String broker, String who) {
    wantedBrokers.add(broker + " (" + who + ")");
  }

  private static String name(JsonNode document) {
    String name = document.path("metadata").path("name").asText();
    if (name.isEmpty()) {
      throw new IllegalArgumentException(document.path("kind").asText() + " without a name");
    }
    return name;
  }

  private Manifests finish(Path directory) {
    if (brokers.size() != 1) {
      throw new IllegalArgumentException(
          directory + " must hold exactly one Broker, it holds " + brokers);
    }
    String broker = brokers.getFirst();
    for (String wanted : wantedBrokers) {
      if (!wanted.startsWith(broker + " (")) {
        throw new IllegalArgumentException("no Broker " + wanted + ", only " + broker);
      }
    }
    for (Trigger trigger : triggers) {
      if (!names.add(trigger.name())) {
        throw new IllegalArgumentException("two Triggers are named " + trigger.name());
      }
    }
    return new Manifests(broker, delivery, triggers, pingSources, services);
  }

  private static List<Path> yamlFiles(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> yaml =
          files
              .filter(file -> file.toString().endsWith(".yaml") && Files.isRegularFile(file))
              .limit(MAX_FILES + 1L)
              .sorted()
              .toList();
      if (yaml.size() > MAX_FILES) {
        throw new IllegalArgumentException(directory + " holds more than " + MAX_FILES + " files");
      }
      return yaml;
    } catch (IOException e) {
      throw new IllegalArgumentException("can't read manifests in " + directory + ": " + e, e);
    }
  }

  private static List<JsonNode> documents(Path file) {
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
      return documents.readAll();
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      throw new IllegalArgumentException(file + ": " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
