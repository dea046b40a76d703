package dev.gnomon.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.events.EventTypes.EventType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventTypesTest {
  @Test
  void everyRecordIsListedUnderItsOwnTypeConstant() throws Exception {
    assertThat(EventTypes.all())
        .extracting(EventType::data)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.<Class<?>>asList(EventData.class.getPermittedSubclasses()).stream()
                .<Class<? extends EventData>>map(c -> c.asSubclass(EventData.class))
                .toList());
    for (EventType type : EventTypes.all()) {
      assertThat(type.data().getField("TYPE").get(null)).isEqualTo(type.type());
      assertThat(EventTypes.find(type.type())).contains(type);
      assertThat(type.type()).isEqualTo("dev.gnomon." + type.name());
    }
  }

  @Test
  void absentOptionalValuesAreLeftOut() throws Exception {
    var data =
        new UpdateRequested(
            "u1", List.of("site"), Optional.of(Duration.ofSeconds(30)), Optional.empty());

    String json = EventJson.MAPPER.writeValueAsString(data);

    assertThat(json)
        .isEqualTo("{\"updateId\":\"u1\",\"resources\":[\"site\"],\"heartbeat\":\"PT30S\"}");
    assertThat(EventJson.MAPPER.readValue(json, UpdateRequested.class)).isEqualTo(data);
  }

  @Test
  void exactlyOneTargetOfARollbackIsAsked() {
    assertThatThrownBy(
            () -> EventJson.MAPPER.readValue("{\"by\":\"person\"}", RollbackRequested.class))
        .hasMessageContaining("exactly one of resource, cell, updateId, undoes");
  }
}
