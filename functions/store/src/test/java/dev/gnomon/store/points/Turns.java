package dev.gnomon.store.points;

import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;

/// Runs several actors on one store, one call to the store at a time, in an order that a seed
/// chooses; an actor may die at any of its calls.
final class Turns extends ForwardingObjectStore {
  private final ThreadLocal<Actor> current = new ThreadLocal<>();
  private final List<Actor> actors = new ArrayList<>();

  Turns(ObjectStore store) {
    super(store);
  }

  /// The process is gone.
  static final class Dead extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Actor {
    final Semaphore turn = new Semaphore(0);
    final Semaphore done = new Semaphore(0);
    volatile boolean ended;
    volatile boolean dies;
    volatile Throwable fault;
  }

  void add(Runnable work) {
    Actor actor = new Actor();
    actors.add(actor);
    Thread.ofVirtual()
        .start(() -> {
          current.set(actor);
          actor.turn.acquireUninterruptibly();
          try {
            work.run();
          } catch (Dead e) {
            // as it should
          } catch (Throwable e) {
            actor.fault = e;
          }
          actor.ended = true;
          actor.done.release();
        });
  }

  /// @param deaths how likely an actor dies at one of its calls
  void run(Random random, double deaths) {
    List<Actor> living = new ArrayList<>(actors);
    while (!living.isEmpty()) {
      Actor next = living.get(random.nextInt(living.size()));
      next.dies = random.nextDouble() < deaths;
      next.turn.release();
      next.done.acquireUninterruptibly();
      if (next.ended) {
        living.remove(next);
        if (next.fault != null) {
          throw new AssertionError(next.fault);
        }
      }
    }
  }

  @Override
  protected void calls(String call, Object on) {
    Actor actor = current.get();
    if (actor == null) {
      return;
    }
    actor.done.release();
    actor.turn.acquireUninterruptibly();
    if (actor.dies) {
      throw new Dead();
    }
  }
}
