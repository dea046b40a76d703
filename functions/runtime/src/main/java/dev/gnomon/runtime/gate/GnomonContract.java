package dev.gnomon.runtime.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gnomon.events.BucketChanged;
import dev.gnomon.events.EventJson;
import dev.gnomon.events.EventSchemas;
import dev.gnomon.events.EventSchemas.Violation;
import dev.gnomon.events.EventTypes;
import dev.gnomon.events.EventTypes.EventType;
import dev.gnomon.events.SweepDue;
import dev.gnomon.runtime.http.Rejection;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.jackson.JsonCloudEventData;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.virtual.threads.VirtualThreads;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/// The contract of Gnomon's own events: JSON that holds its schema and makes its record.
@ApplicationScoped
class GnomonContract implements EventContract {
  private final EventSchemas schemas;

  @Inject
  GnomonContract(EventSchemas schemas) {
    this.schemas = schemas;
  }

  /// Loads the schemas beside the start-up, so that the first event does not wait for them.
  void prepare(
      @Observes StartupEvent started,
      DeclaredFunctions functions,
      @VirtualThreads ExecutorService executor) {
    if (!functions.all().isEmpty()) {
      executor.execute(() -> EventTypes.all().forEach(type -> schemas.check(type, "{}")));
    }
  }

  @Override
  public boolean covers(String type) {
    return EventTypes.find(type).isPresent();
  }

  @Override
  public Optional<JsonNode> data(String type, CloudEvent event) {
    EventType known = EventTypes.find(type).orElseThrow();
    JsonNode data = json(type, event);
    if (type.equals(BucketChanged.TYPE) && !data.has("objects")) {
      data = EventJson.MAPPER.valueToTree(BucketNotification.read(data));
    }
    List<Violation> violations = schemas.check(known, data.toString());
    if (!violations.isEmpty()) {
      throw Rejection.of("data of " + type, violations);
    }
    try {
      EventJson.MAPPER.treeToValue(data, known.data());
    } catch (JsonProcessingException e) {
      throw broken(type, EventReader.reason(e));
    }
    return Optional.of(data);
  }

  private static JsonNode json(String type, CloudEvent event) {
    CloudEventData data = event.getData();
    if (data == null) {
      if (type.equals(SweepDue.TYPE)) {
        return JsonNodeFactory.instance.objectNode();
      }
      throw broken(type, "data is missing");
    }
    MediaType mediaType = MediaType.of(event.getDataContentType());
    if (!mediaType.text().isEmpty() && !mediaType.isJson()) {
      throw broken(type, "expected JSON, found " + mediaType.text());
    }
    if (data instanceof JsonCloudEventData read) {
      return read.getNode();
    }
    try {
      return EventReader.STRICT.readTree(mediaType.toUtf8(data.toBytes()));
    } catch (IOException e) {
      throw broken(type, "malformed JSON: " + EventReader.reason(e));
    }
  }

  private static Rejection broken(String type, String why) {
    return Rejection.of("data of " + type, List.of(new Violation("", why)));
  }
}
