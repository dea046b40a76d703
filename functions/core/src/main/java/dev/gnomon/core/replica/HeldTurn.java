package dev.gnomon.core.replica;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.replica.Replica.Turn;
import dev.gnomon.core.shadow.Serving;
import java.time.Duration;
import java.util.Optional;

/// A turn whose owner says now and then that it is still at it, so that a long sync is not taken
/// for an abandoned one. Thread-safe.
final class HeldTurn implements Serving.Control {
  private static final Duration RENEWED_EVERY = Duration.ofSeconds(30);

  private final Replica replica;
  private final long everyNanos;
  private Turn turn;
  private long renewed = System.nanoTime();
  private boolean lost;

  HeldTurn(Replica replica, Turn turn) {
    this(replica, turn, RENEWED_EVERY);
  }

  HeldTurn(Replica replica, Turn turn, Duration every) {
    this.replica = replica;
    this.turn = turn;
    this.everyNanos = every.toNanos();
  }

  @Override
  public synchronized void advanced(long files, long bytes) {
    if (lost || System.nanoTime() - renewed < everyNanos) {
      return;
    }
    renewed = System.nanoTime();
    try {
      Optional<Turn> next = replica.renew(turn);
      lost = next.isEmpty();
      turn = next.orElse(turn);
    } catch (ObjectStoreException e) {
      return; // The store is away; it is tried again, and the end finds out what holds.
    }
  }

  synchronized Turn turn() {
    return turn;
  }

  @Override
  public boolean stopped() {
    return lost();
  }

  /// Whether somebody else goes on in another generation.
  synchronized boolean lost() {
    return lost;
  }
}
