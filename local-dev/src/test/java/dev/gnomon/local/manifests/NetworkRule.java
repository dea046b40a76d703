package dev.gnomon.local.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// What every Service asks some NetworkPolicy lets out: names, object stores, the index; and the
/// Broker, for those that a SinkBinding tells where it is. Everything else is denied, so that a
/// port that nobody allows cuts a function off, though its pod is well.
final class NetworkRule implements Rule {
  private static final String SERVICE = "serving.knative.dev/v1/Service";
  private static final String SELECTED_BY = "serving.knative.dev/service";
  private static final List<Port> OF_ALL =
      List.of(
          new Port("UDP", 53), new Port("TCP", 53), new Port("TCP", 443), new Port("TCP", 6379));
  private static final Port BROKER = new Port("TCP", 8080);

  private record Port(String protocol, int number) {}

  @Override
  public Stream<String> broken(List<KubeObject> objects) {
    List<JsonNode> policies =
        objects.stream()
            .filter(one -> one.is("networking.k8s.io/v1/NetworkPolicy"))
            .map(one -> one.json().path("spec"))
            .toList();
    List<String> senders =
        objects.stream()
            .filter(one -> one.is("sources.knative.dev/v1/SinkBinding"))
            .map(one -> one.json().at("/spec/subject/name").asText())
            .toList();
    return objects.stream()
        .filter(one -> one.is(SERVICE))
        .flatMap(service ->
            Stream.concat(
                    OF_ALL.stream(),
                    senders.contains(service.name()) ? Stream.of(BROKER) : Stream.empty())
                .filter(
                    port -> policies.stream().noneMatch(one -> allows(one, service.name(), port)))
                .map(port ->
                    "%s: expected a NetworkPolicy that lets it out to %s %d, found none"
                        .formatted(service.id(), port.protocol(), port.number())));
  }

  private static boolean allows(JsonNode policy, String service, Port port) {
    return selects(policy.path("podSelector"), service)
        && values(policy.path("egress"))
            .flatMap(way -> values(way.path("ports")))
            .anyMatch(one ->
                one.path("protocol").asText("TCP").equals(port.protocol())
                    && one.path("port").asInt() == port.number());
  }

  /// By labels that Knative puts on pods of a Service, or all pods.
  private static boolean selects(JsonNode selector, String service) {
    JsonNode labels = selector.path("matchLabels");
    return labels.properties().stream()
            .allMatch(
                one -> one.getKey().equals(SELECTED_BY) && one.getValue().asText().equals(service))
        && values(selector.path("matchExpressions"))
            .allMatch(one ->
                one.path("key").asText().equals(SELECTED_BY)
                    && (one.path("operator").asText().equals("Exists")
                        || one.path("operator").asText().equals("In")
                            && values(one.path("values"))
                                .anyMatch(name -> name.asText().equals(service))));
  }

  private static Stream<JsonNode> values(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }
}
