package dev.gnomon.local.broker;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the YAML files of a cluster say about events.
///
/// @param broker name of the one Broker
/// @param delivery the Broker's, for Triggers that have none of their own
/// @param services names of the Knative Services
public record Manifests(
    String broker,
    Delivery delivery,
    List<Trigger> triggers,
    List<PingSource> pingSources,
    Set<String> services) {
  public Manifests {
    triggers = List.copyOf(triggers);
    pingSources = List.copyOf(pingSources);
    services = Set.copyOf(services);
  }

  /// The Triggers with their addresses.
  ///
  /// @param addresses address of every Service
  /// @throws IllegalArgumentException naming a Service that has no address
  List<Subscription> subscriptions(Map<String, java.net.URI> addresses) {
    return triggers.stream()
        .map(trigger -> {
          Delivery how = trigger.delivery().orElse(delivery);
          return new Subscription(
              trigger.name(),
              trigger.subscriber().resolve(addresses),
              how,
              how.deadLetterSink().map(sink -> sink.resolve(addresses)),
              false);
        })
        .toList();
  }
}
