package dev.gnomon.local.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The token that a Trigger brings is for the audience that its function asks for, and there is one
/// where the function asks: else each event would be turned away, and become a dead letter. The
/// sink of dead letters asks for none, for then they would be lost.
final class TokenRule implements Rule {
  private static final String AUDIENCE = "GNOMON_OIDC_AUDIENCE";
  private static final String NONE = "";

  @Override
  public Stream<String> broken(List<KubeObject> objects) {
    Map<String, String> asked =
        objects.stream()
            .filter(one -> one.is("serving.knative.dev/v1/Service"))
            .collect(Collectors.toMap(KubeObject::name, TokenRule::asked, (a, b) -> a));
    return objects.stream()
        .filter(one -> one.is("eventing.knative.dev/v1/Trigger"))
        .flatMap(trigger -> {
          JsonNode spec = trigger.json().path("spec");
          return Stream.concat(
              differs(trigger, spec.path("subscriber"), asked),
              differs(trigger, spec.at("/delivery/deadLetterSink"), asked));
        });
  }

  private static Stream<String> differs(
      KubeObject trigger, JsonNode destination, Map<String, String> asked) {
    String service = destination.at("/ref/name").asText();
    String expected = asked.getOrDefault(service, NONE);
    String found = destination.path("audience").asText(NONE);
    return expected.equals(found)
        ? Stream.empty()
        : Stream.of(
            "%s: expected the audience '%s' that the Service %s asks for, found '%s'"
                .formatted(trigger.id(), expected, service, found));
  }

  private static String asked(KubeObject service) {
    return value(service, AUDIENCE);
  }

  /// Of a variable of the container; empty if it has none of that name.
  static String value(KubeObject service, String variable) {
    for (JsonNode one : service.pod().at("/containers/0/env")) {
      if (one.path("name").asText().equals(variable)) {
        return one.path("value").asText();
      }
    }
    return NONE;
  }
}
