package dev.gnomon.predict;

import dev.gnomon.events.EventJson;
import dev.gnomon.events.EventSchemas;
import dev.gnomon.events.EventTypes;
import dev.gnomon.events.ObservedSample;
import dev.gnomon.events.TelemetryObserved;
import dev.gnomon.runtime.EventSink;
import dev.gnomon.runtime.NotAccepted;
import io.cloudevents.CloudEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/// Takes what the deployable sends, as a broker does: by its schema, or not at all while it is
/// away.
@ApplicationScoped
public class RecordedSink implements EventSink {
  private final List<CloudEvent> events = new CopyOnWriteArrayList<>();
  private volatile boolean away;

  @Override
  public void send(CloudEvent event) {
    if (away) {
      throw new NotAccepted("the broker is away", true, null);
    }
    String json =
        new String(Objects.requireNonNull(event.getData()).toBytes(), StandardCharsets.UTF_8);
    var violations = new EventSchemas().check(EventTypes.find(event.getType()).orElseThrow(), json);
    if (!violations.isEmpty()) {
      throw new IllegalArgumentException(violations.toString());
    }
    events.add(event);
  }

  void away(boolean now) {
    away = now;
  }

  List<CloudEvent> events() {
    return List.copyOf(events);
  }

  /// The samples of all events so far, of some metrics.
  List<ObservedSample> samples(Predicate<String> metric) {
    return events.stream()
        .filter(event -> event.getType().equals(TelemetryObserved.TYPE))
        .flatMap(event -> read(event).samples().stream())
        .filter(sample -> metric.test(sample.metric()))
        .toList();
  }

  static TelemetryObserved read(CloudEvent event) {
    try {
      return EventJson.MAPPER.readValue(
          Objects.requireNonNull(event.getData()).toBytes(), TelemetryObserved.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
