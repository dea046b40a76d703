package dev.gnomon.runtime.gate;

import com.fasterxml.jackson.databind.JsonNode;
import io.cloudevents.CloudEvent;
import java.util.Optional;

/// What the gate knows of some event types. A type that no contract covers is refused.
public interface EventContract {
  boolean covers(String type);

  /// Checks the data of an event.
  ///
  /// @return the data as the function shall get it; empty to hand it on as the bytes that came
  /// @throws dev.gnomon.runtime.http.Rejection if the data breaks the contract
  Optional<JsonNode> data(String type, CloudEvent event);
}
