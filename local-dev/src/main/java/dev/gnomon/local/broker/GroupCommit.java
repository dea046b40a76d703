package dev.gnomon.local.broker;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;

/// One thread that writes to the database: what waits is written in one transaction, so that many
/// callers share one fsync. A future completes when its write is durable.
final class GroupCommit implements AutoCloseable {
  private static final int MAX_WAITING = 4096;
  private static final int MAX_BATCH = 256;

  /// Statements of one unit; they take effect together or not at all.
  interface Write {
    void on(Connection connection) throws SQLException;
  }

  private record Waiting(Write write, CompletableFuture<Void> done) {}

  private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Connection connection;
  private final Thread thread;
  private volatile boolean closed;

  /// @param connection with auto-commit, since transactions are begun and ended by statements:
  ///   SQLite ends one by itself when the disk is full, and the driver does not notice. Nobody else
  ///   uses it
  GroupCommit(Connection connection) {
    this.connection = connection;
    this.thread = Thread.ofPlatform().name("event-queue").daemon().start(this::run);
  }

  /// @return fails with a [QueueException] if nothing was stored; never blocks
  CompletableFuture<Void> submit(Write write) {
    Waiting unit = new Waiting(write, new CompletableFuture<>());
    if (closed || !waiting.offer(unit)) {
      unit.done()
          .completeExceptionally(
              new QueueException(
                  closed ? "the queue is closed" : MAX_WAITING + " writes are waiting already"));
    }
    return unit.done();
  }

  /// Writes what was submitted before, then stops.
  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.interrupt();
    thread.join();
  }

  private void run() {
    List<Waiting> batch = new ArrayList<>();
    while (next(batch)) {
      commit(batch);
      batch.clear();
    }
  }

  private boolean next(List<Waiting> batch) {
    try {
      if (!closed) {
        batch.add(waiting.take());
      }
    } catch (InterruptedException e) {
      // closed: what is left is drained below
    }
    waiting.drainTo(batch, MAX_BATCH - batch.size());
    return !closed || !batch.isEmpty();
  }

  private void commit(List<Waiting> batch) {
    try {
      execute("BEGIN IMMEDIATE");
      for (Waiting unit : batch) {
        unit.write().on(connection);
      }
      execute("COMMIT");
      batch.forEach(unit -> unit.done().complete(null));
    } catch (SQLException | RuntimeException e) {
      rollBack(e);
      if (batch.size() == 1) {
        batch.getFirst().done().completeExceptionally(failure(e));
      } else {
        // One bad unit must not take the others with it.
        batch.forEach(unit -> commit(List.of(unit)));
      }
    }
  }

  private void rollBack(Exception cause) {
    try {
      execute("ROLLBACK");
    } catch (SQLException e) { // SQLite has done so already
      cause.addSuppressed(e);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static QueueException failure(Exception e) {
    return new QueueException("the event queue can't store: " + e.getMessage(), e);
  }
}
