package dev.gnomon.runtime.app;

import dev.gnomon.events.Outgoing;
import io.quarkus.funqy.knative.events.CloudEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// What the functions were given.
@ApplicationScoped
public class Seen {
  public record Delivered(String function, CloudEvent<?> event) {}

  private final List<Delivered> delivered = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile boolean virtualThread;
  private volatile String keys = "";

  public void clear() {
    delivered.clear();
  }

  public List<Outgoing> note(String function, CloudEvent<?> event) {
    delivered.add(new Delivered(function, event));
    return List.of();
  }

  public List<Delivered> delivered() {
    return delivered;
  }

  public CloudEvent<?> only() {
    if (delivered.size() != 1) {
      throw new AssertionError("expected one delivery, found " + delivered);
    }
    return delivered.getFirst().event();
  }

  public void closeGate() {
    gate = new CountDownLatch(1);
  }

  public void openGate() {
    gate.countDown();
  }

  CountDownLatch gateOpen() {
    return gate;
  }

  void thread(boolean virtual) {
    virtualThread = virtual;
  }

  public boolean onVirtualThread() {
    return virtualThread;
  }

  void keys(String seen) {
    keys = seen;
  }

  public String keys() {
    return keys;
  }
}
