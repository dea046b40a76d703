package dev.gnomon.runtime;

import dev.gnomon.events.EventData;
import dev.gnomon.events.Outgoing;
import dev.gnomon.runtime.logs.LogKeys;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs the work of a function on a virtual thread and makes its answer: nothing to say is 204; one
/// event is the reply; of several the last is the reply and the others are sent to the sink first.
///
/// If one is not accepted, the function fails with 503 and the event is delivered again: the work
/// finds its effects and says the same things with the same ids.
@ApplicationScoped
public class Replies {
  private final Emitter emitter;
  private final Clock clock;
  private final ExecutorService virtualThreads;
  private final EventTrouble trouble;
  private final Traces traces;

  @Inject
  Replies(
      Emitter emitter,
      Clock clock,
      EventTrouble trouble,
      Traces traces,
      @VirtualThreads ExecutorService virtualThreads) {
    this.emitter = emitter;
    this.trouble = trouble;
    this.traces = traces;
    this.clock = clock;
    this.virtualThreads = virtualThreads;
  }

  /// @param event that the function was given; its data is checked already
  /// @param work may block; called once
  public Uni<CloudEvent<EventData>> to(
      CloudEvent<? extends EventData> event, Supplier<List<Outgoing>> work) {
    return Uni.createFrom()
        .item(() -> traces.handling(event, () -> run(event, work)))
        .runSubscriptionOn(virtualThreads);
  }

  private @Nullable CloudEvent<EventData> run(
      CloudEvent<? extends EventData> event, Supplier<List<Outgoing>> work) {
    try (var keys = new LogKeys()) {
      keys.with(LogKeys.EVENT_ID, event.id()).with(event.data());
      List<Outgoing> said = work.get();
      if (said.isEmpty()) {
        return null;
      }
      Cause cause = Cause.of(event);
      if (trouble.made()) { // A reply would go past it.
        said.forEach(one -> emitter.emit(one, cause));
        return null;
      }
      said.subList(0, said.size() - 1).forEach(one -> emitter.emit(one, cause));
      return Envelope.of(said.getLast(), cause, clock.instant()).reply();
    }
  }
}
