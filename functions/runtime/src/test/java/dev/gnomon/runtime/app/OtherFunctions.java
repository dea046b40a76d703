package dev.gnomon.runtime.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.events.EventData;
import dev.gnomon.events.ShadowFailed;
import dev.gnomon.events.SweepDue;
import dev.gnomon.runtime.Replies;
import dev.gnomon.runtime.gate.EventContract;
import dev.gnomon.runtime.gate.Gate;
import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import io.quarkus.funqy.knative.events.EventAttribute;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;

/// The same type at two paths, a timer, and functions for the types of the conformance suite.
public class OtherFunctions {
  private static final String SOME = "com.example.someevent";
  private static final String MINIMUM = "io.cloudevents.minimum";

  @Inject Replies replies;
  @Inject Seen seen;

  @Funq("update-shadow-failed")
  @CloudEventMapping(
      trigger = ShadowFailed.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = "update"))
  public Uni<CloudEvent<EventData>> update(CloudEvent<ShadowFailed> event) {
    return replies.to(event, () -> seen.note("update", event));
  }

  @Funq("notify-shadow-failed")
  @CloudEventMapping(
      trigger = ShadowFailed.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = "notify"))
  public Uni<CloudEvent<EventData>> tell(CloudEvent<ShadowFailed> event) {
    return replies.to(event, () -> seen.note("notify", event));
  }

  @Funq("update-sweep-due")
  @CloudEventMapping(
      trigger = SweepDue.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = "update"))
  public Uni<CloudEvent<EventData>> sweep(CloudEvent<SweepDue> event) {
    return replies.to(event, () -> seen.note("update", event));
  }

  @Funq("conformance-some")
  @CloudEventMapping(
      trigger = SOME,
      attributes = @EventAttribute(name = Gate.PATH, value = "conformance"))
  public void some(CloudEvent<byte[]> event) {
    seen.note("conformance", event);
  }

  @Funq("conformance-minimum")
  @CloudEventMapping(
      trigger = MINIMUM,
      attributes = @EventAttribute(name = Gate.PATH, value = "conformance"))
  public void minimum(CloudEvent<byte[]> event) {
    seen.note("conformance", event);
  }

  /// Lets the suite's types pass as they are: only their envelope is of interest.
  @ApplicationScoped
  static class ConformanceTypes implements EventContract {
    @Override
    public boolean covers(String type) {
      return Set.of(SOME, MINIMUM).contains(type);
    }

    @Override
    public Optional<JsonNode> data(String type, io.cloudevents.CloudEvent event) {
      return Optional.empty();
    }
  }
}
