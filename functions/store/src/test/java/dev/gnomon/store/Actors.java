package dev.gnomon.store;

import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Lets several actors work on one store, one call at a time: before each call an actor waits to be
/// chosen, and a seeded random chooses. So one seed is one interleaving, always the same. Actors
/// are held up for hours, and die before or after a call, as the random says. Where an actor stores
/// two packs at once, from threads of its own, their calls come one after another too; which of
/// them is first the random does not say.
final class Actors {
  private static final int DIES_ONE_IN = 400;
  private static final int HELD_UP_ONE_IN = 120;
  private static final int CLOCK_ONE_IN = 12;
  private static final int MAX_STEPS = 50_000;
  private static final int PATIENCE_SECONDS = 60;

  private final ObjectStore store;
  private final TickingClock clock;
  private final Random random;
  private final List<Actor> actors = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition stopped = lock.newCondition();
  private boolean conducting;
  private int steps;
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
    DONE
  }

  /// What an actor does with its own view of the store.
  interface Work {
    void on(ObjectStore own) throws Exception;
  }

  private static final class Actor {
    /// Calls that wait for their turn, each of a thread of its own.
    private final Deque<Condition> calls = new ArrayDeque<>();

    private State state = State.RUNNING;
    private boolean dead;
    private boolean diesAfter;
    private int heldUp;
    private @Nullable Throwable failure;
  }

  /// Begins an actor; it stops before its first call.
  void begin(String name, Work work) {
    Actor actor = new Actor();
    lock.lock();
    try {
      actors.add(actor);
      Thread.ofPlatform().daemon().name(name).start(() -> play(actor, work));
      while (actor.state == State.RUNNING) {
        stopped.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void play(Actor actor, Work work) {
    Throwable failure = null;
    try {
      work.on(view(actor));
    } catch (Died e) {
      // as planned
    } catch (Throwable e) {
      failure = e;
    }
    lock.lock();
    try {
      actor.failure = actor.dead ? null : failure;
      actor.state = State.DONE;
      next();
    } finally {
      lock.unlock();
    }
  }

  /// Runs until all actors are done.
  ///
  /// @throws AssertionError with the first fault of an actor
  void run() throws InterruptedException {
    lock.lock();
    try {
      conducting = true;
      next();
      int before = -1;
      while (actors.stream().anyMatch(actor -> actor.state != State.DONE) && steps <= MAX_STEPS) {
        if (!stopped.await(PATIENCE_SECONDS, TimeUnit.SECONDS) && steps == before) {
          throw new AssertionError("an actor that was chosen does nothing");
        }
        before = steps;
      }
      if (steps > MAX_STEPS) {
        throw new AssertionError("the actors never end");
      }
      for (Actor actor : actors) {
        if (actor.failure != null) {
          throw new AssertionError("an actor failed", actor.failure);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  int deaths() {
    return deaths;
  }

  /// Called by whoever stops, with the lock: chooses who goes on, which may be the same one. So
  /// most calls cost one change of threads or none.
  private void next() {
    if (!conducting) {
      stopped.signalAll();
      return;
    }
    while (++steps <= MAX_STEPS) {
      List<Actor> waiting = new ArrayList<>();
      for (Actor actor : actors) {
        if (actor.state == State.WAITING) {
          actor.heldUp = Math.max(0, actor.heldUp - 1);
          waiting.add(actor);
        }
      }
      if (waiting.isEmpty()) {
        stopped.signalAll();
        return;
      }
      if (random.nextInt(CLOCK_ONE_IN) == 0) {
        clock.advance(Duration.ofMinutes(1 + random.nextInt(random.nextInt(4) == 0 ? 90 : 10)));
      }
      List<Actor> ready = waiting.stream().filter(actor -> actor.heldUp == 0).toList();
      List<Actor> from = ready.isEmpty() ? waiting : ready;
      Actor chosen = from.get(random.nextInt(from.size()));
      if (random.nextInt(HELD_UP_ONE_IN) == 0) {
        chosen.heldUp = random.nextInt(200); // others go on meanwhile, and the clock with them
        continue;
      }
      if (random.nextInt(DIES_ONE_IN) == 0) {
        deaths++;
        chosen.dead = !random.nextBoolean();
        chosen.diesAfter = !chosen.dead;
      }
      if (chosen.dead) {
        release(chosen);
      } else {
        chosen.state = State.RUNNING;
        chosen.calls.remove().signal();
      }
      return;
    }
    stopped.signalAll();
  }

  /// All threads of one that died go on, to find out; there is nobody of it to choose any more.
  private static void release(Actor dead) {
    if (dead.state == State.WAITING) {
      dead.state = State.RUNNING;
    }
    dead.calls.forEach(Condition::signal);
    dead.calls.clear();
  }

  private void await(Actor actor) {
    lock.lock();
    try {
      if (!actor.dead) {
        Condition turn = lock.newCondition();
        actor.calls.add(turn);
        if (actor.state == State.RUNNING) {
          actor.state = State.WAITING;
          next();
        }
        while (actor.calls.contains(turn)) {
          turn.awaitUninterruptibly();
        }
      }
      if (actor.dead) {
        throw new Died();
      }
    } finally {
      lock.unlock();
    }
  }

  private void called(Actor actor) {
    lock.lock();
    try {
      if (actor.diesAfter) {
        actor.dead = true;
        release(actor);
      }
      if (actor.state == State.RUNNING && !actor.calls.isEmpty()) { // of another thread
        actor.state = State.WAITING;
        next();
      }
      if (actor.dead) {
        throw new Died();
      }
    } finally {
      lock.unlock();
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
