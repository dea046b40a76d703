package dev.gnomon.store;

import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

/// Lets several actors work on one store, one call at a time: before each call an actor waits to be
/// chosen, and a seeded random chooses. So one seed is one interleaving, always the same. Actors
/// are held up for hours, and die before or after a call, as the random says. An actor has one
/// thread at a time.
final class Actors {
  private static final int DIES_ONE_IN = 400;
  private static final int HELD_UP_ONE_IN = 120;
  private static final int CLOCK_ONE_IN = 12;
  private static final int MAX_STEPS = 50_000;

  private final ObjectStore store;
  private final TickingClock clock;
  private final Random random;
  private final List<Actor> actors = new ArrayList<>();
  private int deaths;

  /// @param clock goes on between calls
  Actors(ObjectStore store, TickingClock clock, Random random) {
    this.store = store;
    this.clock = clock;
    this.random = random;
  }

  /// The actor is dead; whatever it calls from now on does not happen.
  static final class Died extends Error {
    private static final long serialVersionUID = 1L;

    Died() {
      super("the actor died", null, false, false);
    }
  }

  private enum State {
    RUNNING,
    WAITING,
    CHOSEN,
    DONE
  }

  /// What an actor does with its own view of the store.
  interface Work {
    void on(ObjectStore own) throws Exception;
  }

  private final class Actor {
    private State state = State.RUNNING;
    private boolean dead;
    private boolean diesAfter;
    private int heldUp;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
  }

  /// Begins an actor; it stops before its first call.
  void begin(String name, Work work) throws InterruptedException {
    Actor actor = new Actor();
    synchronized (this) {
      actors.add(actor);
    }
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(() -> {
          try {
            work.on(view(actor));
          } catch (Died e) {
            // as planned
          } catch (Throwable e) {
            if (!actor.dead) {
              actor.failure.set(e);
            }
          }
          synchronized (this) {
            actor.state = State.DONE;
            notifyAll();
          }
        });
    synchronized (this) {
      while (actor.state == State.RUNNING) {
        wait();
      }
    }
  }

  /// Runs until all actors are done.
  ///
  /// @throws AssertionError with the first fault of an actor
  void run() throws InterruptedException {
    for (int step = 0; step < MAX_STEPS; step++) {
      Actor next = choose();
      if (next == null) {
        for (Actor actor : actors) {
          if (actor.failure.get() != null) {
            throw new AssertionError("an actor failed", actor.failure.get());
          }
        }
        return;
      }
    }
    throw new AssertionError("the actors never end");
  }

  int deaths() {
    return deaths;
  }

  private synchronized Actor choose() throws InterruptedException {
    while (actors.stream()
        .anyMatch(actor -> actor.state == State.RUNNING || actor.state == State.CHOSEN)) {
      wait();
    }
    List<Actor> waiting =
        new ArrayList<>(actors.stream().filter(actor -> actor.state == State.WAITING).toList());
    if (waiting.isEmpty()) {
      return null;
    }
    for (Actor actor : waiting) {
      actor.heldUp = Math.max(0, actor.heldUp - 1);
    }
    if (random.nextInt(CLOCK_ONE_IN) == 0) {
      clock.advance(Duration.ofMinutes(1 + random.nextInt(random.nextInt(4) == 0 ? 90 : 10)));
    }
    List<Actor> ready = waiting.stream().filter(actor -> actor.heldUp == 0).toList();
    List<Actor> from = ready.isEmpty() ? waiting : ready;
    Actor chosen = from.get(random.nextInt(from.size()));
    if (random.nextInt(HELD_UP_ONE_IN) == 0) {
      chosen.heldUp = random.nextInt(200); // others go on meanwhile, and the clock with them
      return chosen;
    }
    if (random.nextInt(DIES_ONE_IN) == 0) {
      deaths++;
      chosen.dead = !random.nextBoolean();
      chosen.diesAfter = !chosen.dead;
    }
    chosen.state = State.CHOSEN;
    notifyAll();
    return chosen;
  }

  private synchronized void await(Actor actor) {
    if (actor.dead) {
      throw new Died();
    }
    actor.state = State.WAITING;
    notifyAll();
    boolean interrupted = false;
    while (actor.state != State.CHOSEN) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    actor.state = State.RUNNING;
    if (actor.dead) {
      throw new Died();
    }
  }

  private synchronized void called(Actor actor) {
    if (actor.diesAfter) {
      actor.dead = true;
      throw new Died();
    }
  }

  private ObjectStore view(Actor actor) {
    return new ForwardingObjectStore(store) {
      @Override
      protected void calls(String call, Object on) {
        await(actor);
      }

      @Override
      public Creation create(ObjectName name, byte[] content) {
        Creation creation = super.create(name, content);
        called(actor);
        return creation;
      }

      @Override
      public long put(ObjectName name, InputStream content) {
        long bytes = super.put(name, content);
        called(actor);
        return bytes;
      }

      @Override
      public void delete(Collection<ObjectName> names) {
        super.delete(names);
        called(actor);
      }
    };
  }
}
