package dev.gnomon.events;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import dev.gnomon.events.EventTypes.EventType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The JSON Schemas (2020-12) of all event types, ready to check data. Thread-safe; each is loaded
/// when data of its type is checked first, which takes some 10 ms.
public final class EventSchemas {
  /// Most violations that one check names.
  public static final int MAX_VIOLATIONS = 20;

  private final SchemaRegistry registry;
  private final Map<String, Schema> byType = new ConcurrentHashMap<>();

  /// One way in which data breaks its schema.
  ///
  /// @param pointer JSON pointer (RFC 6901) to the field; empty for the data as a whole
  /// @param message what was expected
  public record Violation(String pointer, String message) {
    @Override
    public String toString() {
      return (pointer.isEmpty() ? "data" : pointer) + ": " + message;
    }
  }

  public EventSchemas() {
    registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder ->
                builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder()
                        .formatAssertionsEnabled(true)
                        .pathType(PathType.JSON_POINTER)
                        .build()));
  }

  /// What is wrong with some data; empty if nothing is.
  ///
  /// @param json well-formed JSON
  public List<Violation> check(EventType type, String json) {
    Schema schema = byType.computeIfAbsent(type.schemaResource(), this::load);
    return schema.validate(json, InputFormat.JSON).stream()
        .map(EventSchemas::violation)
        .distinct()
        .limit(MAX_VIOLATIONS)
        .toList();
  }

  /// A missing or unknown field is reported at the field itself, not at the object around it.
  private static Violation violation(Error error) {
    String at = error.getInstanceLocation().toString();
    String property = error.getProperty();
    String pointer =
        property == null ? at : at + "/" + property.replace("~", "~0").replace("/", "~1");
    return new Violation(pointer, error.getMessage());
  }

  private Schema load(String resource) {
    try (InputStream in = EventSchemas.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      Schema schema = registry.getSchema(in, InputFormat.JSON);
      schema.initializeValidators();
      return schema;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
