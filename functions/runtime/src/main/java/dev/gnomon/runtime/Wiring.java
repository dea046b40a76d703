package dev.gnomon.runtime;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gnomon.events.EventJson;
import dev.gnomon.events.EventSchemas;
import io.quarkus.arc.DefaultBean;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/// The plain objects of this module as beans.
@Singleton
class Wiring {
  @Produces
  @DefaultBean
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @DefaultBean
  @Singleton
  EventTrouble eventTrouble() {
    return EventTrouble.NONE;
  }

  @Produces
  @Singleton
  EventSchemas schemas() {
    return new EventSchemas();
  }

  /// Funqy reads and writes event data in the form of [EventJson].
  @Singleton
  static class EventForm implements ObjectMapperCustomizer {
    @Override
    public void customize(ObjectMapper mapper) {
      EventJson.configure(mapper);
    }
  }
}
