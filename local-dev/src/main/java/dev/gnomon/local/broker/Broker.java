package dev.gnomon.local.broker;

import io.cloudevents.CloudEvent;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/// Takes events, keeps them, and delivers each to every Trigger that wants it, at least once and in
/// no particular order. Thread-safe.
public final class Broker implements AutoCloseable {
  /// Deliveries that may wait; beyond it nothing more is accepted.
  static final int MAX_OPEN_DELIVERIES = 100_000;

  private final EventQueue queue;
  private final HttpSender sender;
  private final Clock clock;
  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private final List<Subscription> subscriptions;
  private final AtomicLong open;

  /// What became of an event that somebody sent.
  public sealed interface Acceptance {
    /// It is stored and will be delivered.
    record Accepted() implements Acceptance {}

    /// Too much waits already.
    record Busy() implements Acceptance {}
  }

  private Broker(
      EventQueue queue, HttpSender sender, Clock clock, List<Subscription> subscriptions) {
    this.queue = queue;
    this.sender = sender;
    this.clock = clock;
    this.subscriptions = List.copyOf(subscriptions);
    this.open = new AtomicLong(queue.size());
  }

  /// Opens the queue in a directory and goes on with what is in it.
  ///
  /// @param addresses where each Service of the manifests can be reached
  /// @throws QueueException if the queue is in use by another process or damaged
  /// @throws IllegalArgumentException if a Trigger leads to a Service without address
  public static Broker open(
      Manifests manifests, Map<String, URI> addresses, Path directory, Clock clock) {
    List<Subscription> subscriptions = manifests.subscriptions(addresses);
    EventQueue queue = EventQueue.open(directory);
    Broker broker = new Broker(queue, new HttpSender(clock), clock, subscriptions);
    broker.start();
    return broker;
  }

  /// Stores an event.
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
        .whenComplete((stored, fault) -> {
          if (fault != null) {
            open.addAndGet(-entry.lanes().size());
          }
          wake(entry.lanes());
        })
        .thenApply(stored -> new Acceptance.Accepted());
  }

  /// Newest first.
  ///
  /// @param limit 1 or more
  public List<DeadLetter> deadLetters(int limit) {
    return queue.deadLetters(limit);
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

  private void start() {
    Map<String, Subscription> all = new LinkedHashMap<>();
    subscriptions.forEach(subscription -> all.put(subscription.name(), subscription));
    subscriptions.forEach(subscription ->
        subscription
            .deadLetterSink()
            .map(sink -> Subscription.ofDeadLetterSink(sink, subscription.delivery()))
            .ifPresent(sink -> all.putIfAbsent(sink.name(), sink)));
    Attempts attempts = new Attempts(queue, sender, clock, this::entry, this::settled);
    for (Subscription subscription : all.values()) {
      lanes.put(
          subscription.name(),
          new Lane(
              subscription.name(),
              queue,
              clock,
              pending -> attempts.deliver(subscription, pending)));
    }
    Set<String> gone = new TreeSet<>(queue.lanes());
    gone.removeAll(lanes.keySet());
    gone.forEach(attempts::buryLane);
    lanes.values().forEach(Lane::start);
  }

  private EventQueue.Entry entry(CloudEvent event) {
    List<String> wanted =
        subscriptions.stream()
            .filter(subscription -> subscription.filter().test(event))
            .map(Subscription::name)
            .toList();
    return new EventQueue.Entry(HttpEvents.toStored(event), wanted, clock.instant());
  }

  /// @param more entries that were stored when deliveries were settled
  private void settled(int deliveries, Collection<EventQueue.Entry> more) {
    open.addAndGet(-deliveries);
    for (EventQueue.Entry entry : more) {
      open.addAndGet(entry.lanes().size());
      wake(entry.lanes());
    }
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
