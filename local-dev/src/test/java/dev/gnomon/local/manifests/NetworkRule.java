package dev.gnomon.local.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.local.manifests.Peer.Address;
import dev.gnomon.local.manifests.Peer.Pods;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What every Service asks some NetworkPolicy lets out, to whom and at which port: names, object
/// stores, the index; and the Broker, for those that a SinkBinding tells where it is. Everything
/// else is denied, so that a port or a peer that nobody allows cuts a function off, though its pod
/// is well. And nobody is let out to where a cloud hands out credentials of its nodes.
final class NetworkRule implements Rule {
  private static final String SERVICE = "serving.knative.dev/v1/Service";
  private static final String SELECTED_BY = "serving.knative.dev/service";
  private static final Peer DNS =
      new Pods("the cluster's DNS", "kube-system", Map.of("k8s-app", "kube-dns"));
  private static final List<Way> OF_ALL =
      List.of(
          new Way(DNS, "UDP", 53),
          new Way(DNS, "TCP", 53),
          new Way(new Address("an object store elsewhere", "203.0.113.7"), "TCP", 443),
          new Way(new Address("an object store elsewhere by IPv6", "2001:db8::7"), "TCP", 443),
          new Way(new Address("an index in 10.0.0.0/8", "10.1.2.3"), "TCP", 6379),
          new Way(new Address("an index in 172.16.0.0/12", "172.31.2.3"), "TCP", 6379),
          new Way(new Address("an index in 192.168.0.0/16", "192.168.2.3"), "TCP", 6379));
  private static final Way BROKER =
      new Way(new Pods("the Broker", "knative-eventing", Map.of()), "TCP", 8080);

  /// Of AWS, Azure, Google and others.
  private static final List<Address> CREDENTIALS =
      List.of(
          new Address("credentials of the node", "169.254.169.254"),
          new Address("credentials of a pod", "169.254.170.23"));

  private record Way(Peer peer, String protocol, int port) {
    boolean isIn(JsonNode egress) {
      return opens(egress) && leadsTo(egress, peer);
    }

    /// Where no ports are named, all are meant.
    private boolean opens(JsonNode egress) {
      return egress.path("ports").isEmpty()
          || Peer.values(egress.path("ports"))
              .anyMatch(one ->
                  one.path("protocol").asText("TCP").equals(protocol)
                      && one.path("port").asInt() <= port
                      && port <= one.path("endPort").asInt(one.path("port").asInt()));
    }

    @Override
    public String toString() {
      return "%s at %s %d".formatted(peer.name(), protocol, port);
    }
  }

  /// Where no peers are named, all are meant.
  private static boolean leadsTo(JsonNode egress, Peer peer) {
    return egress.path("to").isEmpty() || Peer.values(egress.path("to")).anyMatch(peer::isIn);
  }

  @Override
  public Stream<String> broken(List<KubeObject> objects) {
    List<KubeObject> policies =
        objects.stream().filter(one -> one.is("networking.k8s.io/v1/NetworkPolicy")).toList();
    List<String> senders =
        objects.stream()
            .filter(one -> one.is("sources.knative.dev/v1/SinkBinding"))
            .map(one -> one.json().at("/spec/subject/name").asText())
            .toList();
    Stream<String> cutOff =
        objects.stream()
            .filter(one -> one.is(SERVICE))
            .flatMap(service ->
                Stream.concat(
                        OF_ALL.stream(),
                        senders.contains(service.name()) ? Stream.of(BROKER) : Stream.empty())
                    .filter(way -> policies.stream().noneMatch(one -> allows(one, service, way)))
                    .map(way ->
                        "%s: expected a NetworkPolicy that lets it out to %s, found none"
                            .formatted(service.id(), way)));
    return Stream.concat(cutOff, policies.stream().flatMap(NetworkRule::tooWide));
  }

  private static Stream<String> tooWide(KubeObject policy) {
    return CREDENTIALS.stream()
        .filter(where -> egress(policy).anyMatch(one -> leadsTo(one, where)))
        .map(where ->
            "%s: expected that nobody is let out to %s, found a way to %s"
                .formatted(policy.id(), where.name(), where.address()));
  }

  private static boolean allows(KubeObject policy, KubeObject service, Way way) {
    return policy.namespace().equals(service.namespace())
        && Peer.selects(policy.json().at("/spec/podSelector"), Map.of(SELECTED_BY, service.name()))
        && egress(policy).anyMatch(way::isIn);
  }

  private static Stream<JsonNode> egress(KubeObject policy) {
    return Peer.values(policy.json().at("/spec/egress"));
  }
}
