package dev.gnomon.local.broker;

import java.util.List;
import java.util.Map;

/// What the YAML files of a cluster say about events.
///
/// @param broker name of the one Broker
/// @param delivery the Broker's, for Triggers that have none of their own
/// @param services the Knative Services by name, each with its containerConcurrency; 0 is no limit
public record Manifests(
    String broker,
    Delivery delivery,
    List<Trigger> triggers,
    List<PingSource> pingSources,
    Map<String, Integer> services) {
  /// Deliveries of one Trigger under way at a time where its Service sets no limit.
  static final int MAX_IN_FLIGHT = 16;

  public Manifests {
    triggers = List.copyOf(triggers);
    pingSources = List.copyOf(pingSources);
    services = Map.copyOf(services);
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
              inFlight(trigger.subscriber()),
              false);
        })
        .toList();
  }

  /// What a pod of the Service would take at a time; this process is the only one, so it is at
  /// least as many as there are processors.
  private int inFlight(Destination subscriber) {
    int concurrency = subscriber.service().map(name -> services.getOrDefault(name, 0)).orElse(0);
    if (concurrency == 0) {
      return MAX_IN_FLIGHT;
    }
    int processors = Runtime.getRuntime().availableProcessors();
    return Math.min(MAX_IN_FLIGHT, Math.max(concurrency, processors));
  }
}
