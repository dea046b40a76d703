package dev.gnomon.local.broker;

import io.cloudevents.CloudEvent;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// Takes events, keeps them, and delivers each to every Trigger that wants it, at least once and in
/// no particular order. Thread-safe.
public final class Broker implements AutoCloseable {
  /// Deliveries that may wait; beyond it nothing more is accepted.
  static final int MAX_OPEN_DELIVERIES = 100_000;

  private final Manifests manifests;
  private final EventQueue queue;
  private final HttpSender sender;
  private final Clock clock;
  private final AtomicLong open;
  private volatile Map<String, Lane> lanes = Map.of();

  /// What became of an event that somebody sent.
  public sealed interface Acceptance {
    /// It is stored and will be delivered.
    record Accepted() implements Acceptance {}

    /// Too much waits already.
    record Busy() implements Acceptance {}
  }

  private Broker(Manifests manifests, EventQueue queue, Clock clock) {
    this.manifests = manifests;
    this.queue = queue;
    this.sender = new HttpSender(clock);
    this.clock = clock;
    this.open = new AtomicLong(queue.size());
  }

  /// Opens the queue in a directory. From now on events are accepted; [#deliverTo] starts delivery.
  ///
  /// @throws QueueException if the queue is in use by another process or damaged
  public static Broker open(Manifests manifests, Path directory, Clock clock) {
    return new Broker(manifests, EventQueue.open(directory), clock);
  }

  /// Starts to deliver, beginning with what an earlier run has left. Called once.
  ///
  /// @param addresses where each Service of the manifests can be reached
  /// @throws IllegalArgumentException if a Trigger leads to a Service without address
  public void deliverTo(Map<String, URI> addresses) {
    Attempts attempts = new Attempts(queue, sender, clock, this::entry, this::settled);
    Optional<URI> sink =
        manifests.delivery().deadLetterSink().map(destination -> destination.resolve(addresses));
    Map<String, Lane> started = new LinkedHashMap<>();
    for (Subscription subscription : all(manifests.subscriptions(addresses), sink)) {
      started.putIfAbsent(
          subscription.name(),
          new Lane(
              subscription.name(),
              subscription.maxInFlight(),
              queue,
              clock,
              pending -> attempts.deliver(subscription, pending)));
    }
    Set<String> gone = new TreeSet<>(queue.lanes());
    gone.removeAll(started.keySet());
    gone.forEach(lane -> attempts.buryLane(lane, sink));
    sink.ifPresent(attempts::forwardKept);
    lanes = Map.copyOf(started);
    started.values().forEach(Lane::start);
  }

  /// Stores an event. A Trigger that has not been given this very event yet, known by source and
  /// id, is given it once: it is accepted, and nothing more waits than before.
  ///
  /// @return completes when the event is durable; fails with a [QueueException] if it can't be
  ///   stored, and then the sender must send it again
  public CompletableFuture<Acceptance> accept(CloudEvent event) {
    EventQueue.Entry entry = entry(event);
    if (open.get() + entry.lanes().size() > MAX_OPEN_DELIVERIES) {
      return CompletableFuture.completedFuture(new Acceptance.Busy());
    }
    open.addAndGet(entry.lanes().size());
    return queue
        .store(entry)
        .whenComplete((added, fault) -> {
          open.addAndGet((fault == null ? added : 0) - entry.lanes().size());
          wake(entry.lanes());
        })
        .thenApply(added -> new Acceptance.Accepted());
  }

  /// Those that no sink takes, the newest first.
  ///
  /// @param limit 1 or more
  public List<DeadLetter> deadLetters(int limit) {
    return queue.deadLetters(limit);
  }

  /// How many dead letters are kept here, because there is no sink for them.
  public long deadLetterCount() {
    return queue.deadLetterCount();
  }

  /// How many deliveries are waiting or under way.
  public long openDeliveries() {
    return open.get();
  }

  /// Stops delivering. What is under way will be delivered again after the next start.
  @Override
  public void close() {
    lanes.values().forEach(Lane::close);
    sender.close();
    queue.close();
  }

  /// With the dead letter sinks, that of the Broker too: Triggers may go.
  private List<Subscription> all(List<Subscription> subscriptions, Optional<URI> own) {
    Stream<Subscription> sinks =
        subscriptions.stream()
            .flatMap(subscription ->
                subscription
                    .deadLetterSink()
                    .map(sink -> Subscription.ofDeadLetterSink(sink, subscription.delivery()))
                    .stream());
    Stream<Subscription> ofBroker =
        own.map(sink -> Subscription.ofDeadLetterSink(sink, manifests.delivery())).stream();
    return Stream.of(subscriptions.stream(), sinks, ofBroker).flatMap(one -> one).toList();
  }

  private EventQueue.Entry entry(CloudEvent event) {
    List<String> wanted =
        manifests.triggers().stream()
            .filter(trigger -> trigger.matches(event))
            .map(Trigger::name)
            .toList();
    return EventQueue.Entry.of(event, wanted, clock.instant());
  }

  /// @param more entries that were stored when a delivery was settled
  private void settled(int added, Collection<EventQueue.Entry> more) {
    open.addAndGet(added);
    more.forEach(entry -> wake(entry.lanes()));
  }

  private void wake(Collection<String> names) {
    for (String name : names) {
      Lane lane = lanes.get(name);
      if (lane != null) {
        lane.wake();
      }
    }
  }
}
