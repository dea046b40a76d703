package dev.gnomon.local.stack;

import dev.gnomon.local.broker.Broker;
import dev.gnomon.runtime.EventSink;
import dev.gnomon.runtime.NotAccepted;
import io.cloudevents.CloudEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Where the functions of the stack send their events: the broker is in the same process.
@ApplicationScoped
class QueueSink implements EventSink {
  private static final int PATIENCE_SECONDS = 10;

  @Override
  public void send(CloudEvent event) {
    Broker broker =
        LocalStack.current()
            .map(LocalStack::broker)
            .orElseThrow(() -> notAccepted(event, "the stack has stopped", null));
    try {
      Broker.Acceptance acceptance = broker.accept(event).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (acceptance instanceof Broker.Acceptance.Busy) {
        throw notAccepted(event, "too many deliveries are waiting", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notAccepted(event, "interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw notAccepted(event, String.valueOf(e), e);
    }
  }

  private static NotAccepted notAccepted(
      CloudEvent event, String why, @org.jspecify.annotations.Nullable Throwable cause) {
    return new NotAccepted(
        "event %s of type %s was not accepted: %s".formatted(event.getId(), event.getType(), why),
        true,
        cause);
  }
}
