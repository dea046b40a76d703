package dev.gnomon.runtime.app;

import dev.gnomon.runtime.EventSink;
import dev.gnomon.runtime.NotAccepted;
import io.cloudevents.CloudEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

@ApplicationScoped
public class RecordingSink implements EventSink {
  private final List<CloudEvent> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger failing = new AtomicInteger();

  public List<CloudEvent> events() {
    return events;
  }

  public void failNext(int times) {
    failing.set(times);
  }

  @Override
  public void send(CloudEvent event) {
    if (failing.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      throw new NotAccepted("the test sink is away", true, null);
    }
    events.add(event);
  }
}
