package dev.gnomon.local.broker;

import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Works off the deliveries of one subscription: those that are due at once and side by side, up to
/// a limit; the others when their time comes. A lane that is full or slow holds up no other.
final class Lane implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Lane.class);
  private static final Duration MAX_SLEEP = Duration.ofMinutes(1);
  private static final Duration PAUSE_AFTER_FAULT = Duration.ofSeconds(1);

  private final String name;
  private final int maxInFlight;
  private final EventQueue queue;
  private final Clock clock;
  private final Consumer<EventQueue.Pending> work;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Long> inFlight = new HashSet<>();
  private boolean woken;
  private boolean closed;

  /// @param maxInFlight deliveries under way at a time
  /// @param work delivers and records the outcome; blocks until that is durable
  Lane(
      String name,
      int maxInFlight,
      EventQueue queue,
      Clock clock,
      Consumer<EventQueue.Pending> work) {
    this.name = name;
    this.maxInFlight = maxInFlight;
    this.queue = queue;
    this.clock = clock;
    this.work = work;
  }

  void start() {
    Thread.ofVirtual().name("lane " + name).start(this::run);
  }

  /// Says that the queue has changed.
  void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Starts nothing new; what is under way goes on and may not be recorded any more.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    Duration pause = Duration.ZERO;
    while (awaitChange(pause)) {
      try {
        pause = startDue();
      } catch (QueueException e) {
        LOG.warnf("Trigger %s: %s; trying again", name, e.getMessage());
        pause = PAUSE_AFTER_FAULT;
      }
    }
  }

  /// @return how long nothing will become due by itself
  private Duration startDue() {
    // Taken before the queue is read: what ends in between is seen as under way, and wakes us
    // again.
    Set<Long> underWay = underWay();
    for (EventQueue.Pending pending : queue.pending(name, maxInFlight * 2)) {
      if (underWay.contains(pending.id())) {
        continue;
      }
      Duration wait = Duration.between(clock.instant(), pending.due());
      lock.lock();
      try {
        if (closed || inFlight.size() >= maxInFlight) {
          return MAX_SLEEP; // the next one that ends wakes us
        }
        if (wait.isPositive()) {
          return wait.compareTo(MAX_SLEEP) < 0 ? wait : MAX_SLEEP;
        }
        inFlight.add(pending.id());
      } finally {
        lock.unlock();
      }
      Thread.ofVirtual().name("delivery " + pending.id()).start(() -> deliver(pending));
    }
    return MAX_SLEEP;
  }

  private Set<Long> underWay() {
    lock.lock();
    try {
      return Set.copyOf(inFlight);
    } finally {
      lock.unlock();
    }
  }

  private void deliver(EventQueue.Pending pending) {
    try {
      work.accept(pending);
    } catch (RuntimeException e) {
      // Nothing was recorded: the delivery is still pending and is tried again after a pause.
      LOG.warnf("Trigger %s: delivery %d not recorded: %s", name, pending.id(), e.getMessage());
      pause();
    } finally {
      lock.lock();
      try {
        inFlight.remove(pending.id());
        woken = true;
        changed.signal();
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean awaitChange(Duration pause) {
    lock.lock();
    try {
      long nanos = pause.toNanos();
      while (!woken && !closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      woken = false;
      return !closed;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  private static void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(PAUSE_AFTER_FAULT.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
