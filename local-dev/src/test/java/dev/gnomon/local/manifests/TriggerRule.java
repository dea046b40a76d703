package dev.gnomon.local.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.events.SweepDue;
import dev.gnomon.local.manifests.Mappings.Mapping;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Triggers deliver what functions take: each Trigger has a function, each function a Trigger, and
/// whoever is swept hears the timer. A Trigger that is missing loses events in silence; one too
/// many makes dead letters of good ones.
final class TriggerRule implements Rule {
  private static final String PING = "dev.knative.sources.ping";

  private static final Set<Mapping> TAKEN = Mappings.ofFunctions();

  @Override
  public Stream<String> broken(List<KubeObject> objects) {
    Set<Mapping> delivered = new TreeSet<>();
    Set<String> timed = new TreeSet<>();
    Stream.Builder<String> broken = Stream.builder();
    for (KubeObject trigger : objects) {
      if (!trigger.is("eventing.knative.dev/v1/Trigger")) {
        continue;
      }
      Mapping mapping = mapping(trigger.json().path("spec"));
      if (!TAKEN.contains(mapping)) {
        broken.add(
            "%s: expected a filter and a path that a function takes, found %s"
                .formatted(trigger.id(), mapping));
      }
      if (!trigger.json().at("/spec/subscriber/ref/name").asText().equals(mapping.path())) {
        broken.add(
            "%s: expected the Service %s, which serves the path, found %s"
                .formatted(
                    trigger.id(), mapping.path(), trigger.json().at("/spec/subscriber/ref/name")));
      }
      if (isTimer(trigger)) {
        timed.add(mapping.path());
      } else {
        delivered.add(mapping);
      }
    }
    for (Mapping mapping : TAKEN) {
      if (!delivered.contains(mapping)) {
        broken.add("expected a Trigger for " + mapping + ", found none");
      }
      if (mapping.type().equals(SweepDue.TYPE) && !timed.contains(mapping.path())) {
        broken.add("expected a Trigger for the timer at /" + mapping.path() + ", found none");
      }
    }
    return broken.build();
  }

  private static boolean isTimer(KubeObject trigger) {
    return type(trigger.json().path("spec")).equals(PING);
  }

  private static Mapping mapping(JsonNode spec) {
    String path = spec.at("/subscriber/uri").asText().replaceFirst("^/", "");
    JsonNode standsFor = spec.at("/filter/attributes/gnomontype");
    return new Mapping(path, standsFor.isMissingNode() ? type(spec) : standsFor.asText());
  }

  private static String type(JsonNode spec) {
    return spec.at("/filter/attributes/type").asText();
  }
}
