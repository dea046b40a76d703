package dev.gnomon.runtime.app;

import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.events.EventData;
import dev.gnomon.events.Outgoing;
import dev.gnomon.events.ShadowFailed;
import dev.gnomon.events.ShadowRequested;
import dev.gnomon.events.SweepDue;
import dev.gnomon.events.UpdateReady;
import dev.gnomon.runtime.Replies;
import dev.gnomon.runtime.gate.Gate;
import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import io.quarkus.funqy.knative.events.EventAttribute;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.MDC;

public class ShadowFunction {
  @Inject Replies replies;
  @Inject Seen seen;

  @Funq("shadow-requested")
  @CloudEventMapping(
      trigger = ShadowRequested.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = "shadow"))
  public Uni<CloudEvent<EventData>> requested(CloudEvent<ShadowRequested> event) {
    return replies.to(event, () -> shadow(event));
  }

  @Funq("shadow-sweep-due")
  @CloudEventMapping(
      trigger = SweepDue.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = "shadow"))
  public Uni<CloudEvent<EventData>> sweep(CloudEvent<SweepDue> event) {
    return replies.to(event, () -> seen.note("shadow", event));
  }

  private List<Outgoing> shadow(CloudEvent<ShadowRequested> event) {
    ShadowRequested wanted = event.data();
    seen.note("shadow", event);
    seen.thread(Thread.currentThread().isVirtual());
    seen.keys(MDC.get("eventId") + " " + MDC.get("resource") + " " + MDC.get("updateId"));
    var failed =
        new ShadowFailed(
            wanted.resource(), Optional.empty(), wanted.kind(), wanted.updateId(), "a test");
    var reply = Outgoing.of("shadows/" + wanted.resource() + "/7", failed);
    return switch (wanted.resource()) {
      case "nothing" -> List.of();
      case "several" ->
          List.of(
              Outgoing.of("updates/u1/ready", new UpdateReady("u1", List.of())),
              Outgoing.of("updates/u2/ready", new UpdateReady("u2", List.of())),
              reply.within("several-e3"));
      case "refused" -> throw new Refusal("rollback several-e2 is running");
      case "busy" -> throw new Busy("9 of 9 captures run", Duration.ofSeconds(17));
      case "away" -> throw new Unavailable("redis is away");
      case "store-away" -> throw new ObjectStoreException(Kind.TRANSIENT, "503 SlowDown");
      case "lost-answer" -> throw new ObjectStoreException(Kind.OUTCOME_UNKNOWN, "reset");
      case "no-bucket" -> throw new ObjectStoreException(Kind.PERMANENT, "bucket is missing");
      case "wrapped" -> throw new CompletionException(new Refusal("said inside"));
      case "bug" -> throw new IllegalStateException("secret inner state");
      case "waits" -> {
        await(seen.gateOpen());
        yield List.of(reply);
      }
      default -> List.of(reply);
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(5, TimeUnit.MINUTES)) {
        throw new IllegalStateException("nobody opened the gate");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
