package dev.gnomon.local.broker;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jboss.logging.Logger;

/// One attempt at one delivery, and what follows from its outcome: done, later, or dead letter.
final class Attempts {
  private static final Logger LOG = Logger.getLogger(Attempts.class);
  private static final int MAX_ERROR_DATA_CHARS = 1024;
  private static final int BURIED_AT_ONCE = 100;

  /// Is told by how much the number of deliveries grew, and what was stored.
  interface Settled {
    void settled(int added, Collection<EventQueue.Entry> stored);
  }

  private final EventQueue queue;
  private final Sender sender;
  private final Clock clock;
  private final Function<CloudEvent, EventQueue.Entry> routing;
  private final Settled settled;

  /// @param routing finds the lanes of a reply
  Attempts(
      EventQueue queue,
      Sender sender,
      Clock clock,
      Function<CloudEvent, EventQueue.Entry> routing,
      Settled settled) {
    this.queue = queue;
    this.sender = sender;
    this.clock = clock;
    this.routing = routing;
    this.settled = settled;
  }

  /// Tries once and records the outcome durably.
  ///
  /// @throws QueueException if the outcome could not be recorded: the delivery is still pending
  void deliver(Subscription to, EventQueue.Pending pending) {
    queue.begun(pending.id());
    try {
      attempt(to, pending);
    } finally {
      queue.ended(pending.id());
    }
  }

  private void attempt(Subscription to, EventQueue.Pending pending) {
    CloudEvent event = pending.event();
    Outcome outcome;
    try {
      outcome = sender.send(to, event);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    int attempts = pending.attempts() + 1;
    switch (outcome) {
      case Outcome.Delivered delivered -> complete(to, pending, delivered.reply());
      case Outcome.Postponed postponed when to.isDeadLetterSink() ->
          again(to, pending, postponed.code(), postponed.reason(), postponed.retryAfter());
      case Outcome.Refused refused when to.isDeadLetterSink() ->
          again(to, pending, refused.code(), refused.reason(), Optional.empty());
      case Outcome.Postponed postponed when attempts <= to.delivery().retry() ->
          postpone(to, pending, event, postponed);
      case Outcome.Postponed postponed ->
          bury(to, pending, event, postponed.code(), postponed.reason());
      case Outcome.Refused refused -> bury(to, pending, event, refused.code(), refused.reason());
    }
  }

  /// Gives up the deliveries of a Trigger that is gone.
  ///
  /// @param sink where letters go that no Trigger says a place for
  void buryLane(String lane, Optional<URI> sink) {
    List<EventQueue.Pending> left = queue.pending(lane, BURIED_AT_ONCE);
    while (!left.isEmpty()) {
      for (EventQueue.Pending pending : left) {
        DeadLetter letter =
            letter(lane, "", pending.event(), -1, "no Trigger of this name", pending.attempts());
        LOG.errorf("Trigger %s is gone, eventId=%s is a dead letter", lane, letter.eventId());
        bury(pending, letter, sink);
      }
      left = queue.pending(lane, BURIED_AT_ONCE);
    }
  }

  private void complete(Subscription to, EventQueue.Pending pending, Optional<CloudEvent> reply) {
    List<EventQueue.Entry> stored =
        to.isDeadLetterSink() ? List.of() : reply.map(routing).stream().toList();
    settled.settled(await(queue.complete(pending.id(), stored, clock.instant())), stored);
  }

  private void postpone(
      Subscription to, EventQueue.Pending pending, CloudEvent event, Outcome.Postponed why) {
    int attempts = pending.attempts() + 1;
    Duration wait = to.delivery().delayBefore(attempts, why.retryAfter());
    LOG.infof(
        "Trigger %s: eventId=%s type=%s not taken (%d: %s), attempt %d of %d, again in %d ms",
        to.name(),
        event.getId(),
        event.getType(),
        why.code(),
        why.reason(),
        attempts,
        to.delivery().retry() + 1,
        wait.toMillis());
    await(queue.postpone(pending.id(), attempts, clock.instant().plus(wait)));
  }

  /// Nobody else has the letter, so it is offered for as long as it takes.
  private void again(
      Subscription to,
      EventQueue.Pending pending,
      int code,
      String reason,
      Optional<Duration> retryAfter) {
    int attempts = pending.attempts() + 1;
    Duration wait = to.delivery().delayBefore(attempts, retryAfter);
    LOG.warnf(
        "dead letter sink %s did not take eventId=%s (%d: %s), attempt %d, again in %d ms",
        to.address(), pending.event().getId(), code, reason, attempts, wait.toMillis());
    await(queue.postpone(pending.id(), attempts, clock.instant().plus(wait)));
  }

  /// Sends letters on that were kept here while there was no sink.
  void forwardKept(URI sink) {
    List<EventQueue.Kept> kept = queue.keptLetters(BURIED_AT_ONCE);
    while (!kept.isEmpty()) {
      for (EventQueue.Kept one : kept) {
        EventQueue.Entry entry = forward(HttpEvents.fromStored(one.content()), one.letter(), sink);
        settled.settled(await(queue.forward(one, entry)), List.of(entry));
      }
      kept = queue.keptLetters(BURIED_AT_ONCE);
    }
  }

  private void bury(
      Subscription to, EventQueue.Pending pending, CloudEvent event, int code, String reason) {
    int attempts = pending.attempts() + 1;
    DeadLetter letter = letter(to.name(), to.address().toString(), event, code, reason, attempts);
    LOG.errorf(
        "Trigger %s: eventId=%s type=%s is a dead letter after %d attempts (%d: %s)",
        to.name(), event.getId(), event.getType(), attempts, code, reason);
    bury(pending, letter, to.deadLetterSink());
  }

  private void bury(EventQueue.Pending pending, DeadLetter letter, Optional<URI> sink) {
    List<EventQueue.Entry> forwards =
        sink.map(to -> forward(pending.event(), letter, to)).stream().toList();
    settled.settled(await(queue.bury(pending, letter, forwards)), forwards);
  }

  private EventQueue.Entry forward(CloudEvent event, DeadLetter letter, URI sink) {
    return EventQueue.Entry.ofLetter(
        withError(event, letter), Subscription.deadLetterLane(sink), clock.instant());
  }

  private DeadLetter letter(
      String trigger, String destination, CloudEvent event, int code, String reason, int attempts) {
    return new DeadLetter(
        clock.instant(),
        trigger,
        destination,
        event.getId(),
        event.getSource().toString(),
        event.getType(),
        code,
        reason,
        attempts);
  }

  /// Adds what Knative's brokers tell a dead letter sink.
  private static CloudEvent withError(CloudEvent event, DeadLetter letter) {
    String data =
        Base64.getEncoder().encodeToString(letter.reason().getBytes(StandardCharsets.UTF_8));
    return CloudEventBuilder.v1(event)
        .withExtension("knativeerrordest", letter.destination())
        .withExtension("knativeerrorcode", Integer.toString(letter.code()))
        .withExtension(
            "knativeerrordata", data.substring(0, Math.min(data.length(), MAX_ERROR_DATA_CHARS)))
        .build();
  }

  private static <T> T await(CompletableFuture<T> write) {
    try {
      return write.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof QueueException fault) {
        throw fault;
      }
      throw e;
    }
  }
}
