package dev.gnomon.local.broker;

import io.cloudevents.CloudEvent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConfig;

/// The durable queue: SQLite in WAL mode with synchronous=FULL (docs/adr/0004-local-queue.md). An
/// event is kept once, a delivery per lane; both go when the delivery is done. Thread-safe.
///
/// Longer than most: all statements on the one schema are here.
final class EventQueue implements AutoCloseable {
  /// Older dead letters are dropped first.
  static final int MAX_DEAD_LETTERS = 10_000;

  private static final int BUSY_MILLIS = 2000;
  private static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE IF NOT EXISTS events(seq INTEGER PRIMARY KEY AUTOINCREMENT,"
              + " content BLOB NOT NULL)",
          "CREATE TABLE IF NOT EXISTS deliveries(id INTEGER PRIMARY KEY AUTOINCREMENT,"
              + " event INTEGER NOT NULL REFERENCES events(seq), lane TEXT NOT NULL,"
              + " attempts INTEGER NOT NULL, due_millis INTEGER NOT NULL)",
          "CREATE INDEX IF NOT EXISTS by_lane ON deliveries(lane, due_millis, id)",
          "CREATE INDEX IF NOT EXISTS by_event ON deliveries(event)",
          "CREATE TABLE IF NOT EXISTS dead_letters(id INTEGER PRIMARY KEY AUTOINCREMENT,"
              + " time_millis INTEGER NOT NULL, lane TEXT NOT NULL, destination TEXT NOT NULL,"
              + " code INTEGER NOT NULL, reason TEXT NOT NULL, attempts INTEGER NOT NULL,"
              + " content BLOB NOT NULL)");

  /// One delivery that is not done.
  record Pending(long id, int attempts, Instant due, byte[] content) {
    CloudEvent event() {
      return HttpEvents.fromStored(content);
    }
  }

  /// An event and the lanes it goes to.
  record Entry(byte[] content, Collection<String> lanes, Instant due) {}

  private final FileChannel lockFile;
  private final FileLock lock;
  private final Connection reading;
  private final Connection writing;
  private final GroupCommit commits;
  private final ReentrantLock readLock = new ReentrantLock();

  private EventQueue(FileChannel lockFile, FileLock lock, Connection reading, Connection writing) {
    this.lockFile = lockFile;
    this.lock = lock;
    this.reading = reading;
    this.writing = writing;
    this.commits = new GroupCommit(writing);
  }

  /// Opens or creates the queue in a directory (mode 0700).
  ///
  /// @throws QueueException if another process or another broker has it open, or it is damaged
  static EventQueue open(Path directory) {
    Path file = directory.resolve("queue.db");
    try {
      createPrivately(directory, file);
      // The driver unpacks its native library there; /tmp may be mounted noexec.
      System.setProperty("org.sqlite.tmpdir", directory.toString());
      FileChannel lockFile =
          FileChannel.open(directory.resolve("queue.lock"), StandardOpenOption.WRITE);
      FileLock lock = tryLock(lockFile);
      if (lock == null) {
        lockFile.close();
        throw new QueueException("the event queue " + file + " is in use by another stack");
      }
      try {
        Connection writing = connectWithSchema(file);
        return new EventQueue(lockFile, lock, connect(file), writing);
      } catch (SQLException e) {
        lockFile.close();
        throw e;
      }
    } catch (IOException | SQLException e) {
      throw new QueueException("can't open the event queue " + file + ": " + e.getMessage(), e);
    }
  }

  CompletableFuture<Void> store(Entry entry) {
    return commits.submit(connection -> insert(connection, entry));
  }

  /// Marks a delivery as done and stores the reply to it, together.
  CompletableFuture<Void> complete(long delivery, Collection<Entry> replies) {
    return commits.submit(connection -> {
      for (Entry reply : replies) {
        insert(connection, reply);
      }
      remove(connection, delivery);
    });
  }

  CompletableFuture<Void> postpone(long delivery, int attempts, Instant due) {
    return commits.submit(connection ->
        update(
            connection,
            "UPDATE deliveries SET attempts=?, due_millis=? WHERE id=?",
            attempts,
            due.toEpochMilli(),
            delivery));
  }

  /// Gives a delivery up: it becomes a dead letter.
  ///
  /// @param forwards to the dead letter sink, if there is one
  CompletableFuture<Void> bury(Pending pending, DeadLetter letter, Collection<Entry> forwards) {
    return commits.submit(connection -> {
      update(
          connection,
          "INSERT INTO dead_letters(time_millis, lane, destination, code, reason, attempts,"
              + " content) VALUES(?,?,?,?,?,?,?)",
          letter.time().toEpochMilli(),
          letter.trigger(),
          letter.destination(),
          letter.code(),
          letter.reason(),
          letter.attempts(),
          pending.content());
      update(
          connection,
          "DELETE FROM dead_letters WHERE id <= (SELECT max(id) FROM dead_letters) - ?",
          MAX_DEAD_LETTERS);
      for (Entry forward : forwards) {
        insert(connection, forward);
      }
      remove(connection, pending.id());
    });
  }

  /// Deliveries of a lane, those that are due first.
  List<Pending> pending(String lane, int limit) {
    return query(
        "SELECT id, attempts, due_millis, content FROM deliveries JOIN events ON event = seq"
            + " WHERE lane = ? ORDER BY due_millis, id LIMIT ?",
        rows ->
            new Pending(
                rows.getLong(1),
                rows.getInt(2),
                Instant.ofEpochMilli(rows.getLong(3)),
                rows.getBytes(4)),
        lane,
        limit);
  }

  /// Lanes that have deliveries.
  List<String> lanes() {
    return query("SELECT DISTINCT lane FROM deliveries", rows -> rows.getString(1));
  }

  long size() {
    return query("SELECT count(*) FROM deliveries", rows -> rows.getLong(1)).getFirst();
  }

  long deadLetterCount() {
    return query("SELECT count(*) FROM dead_letters", rows -> rows.getLong(1)).getFirst();
  }

  /// Newest first.
  List<DeadLetter> deadLetters(int limit) {
    return query(
        "SELECT time_millis, lane, destination, code, reason, attempts, content"
            + " FROM dead_letters ORDER BY id DESC LIMIT ?",
        rows -> {
          CloudEvent event = HttpEvents.fromStored(rows.getBytes(7));
          return new DeadLetter(
              Instant.ofEpochMilli(rows.getLong(1)),
              rows.getString(2),
              rows.getString(3),
              event.getId(),
              event.getSource().toString(),
              event.getType(),
              rows.getInt(4),
              rows.getString(5),
              rows.getInt(6));
        },
        limit);
  }

  @Override
  public void close() {
    try {
      commits.close();
      reading.close();
      writing.close();
      lock.release();
      lockFile.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | SQLException e) {
      throw new QueueException("can't close the event queue: " + e.getMessage(), e);
    }
  }

  private static void insert(Connection connection, Entry entry) throws SQLException {
    if (entry.lanes().isEmpty()) {
      return; // nobody wants it
    }
    update(connection, "INSERT INTO events(content) VALUES(?)", entry.content());
    for (String lane : entry.lanes()) {
      update(
          connection,
          "INSERT INTO deliveries(event, lane, attempts, due_millis)"
              + " VALUES((SELECT max(seq) FROM events),?,0,?)",
          lane,
          entry.due().toEpochMilli());
    }
  }

  private static void remove(Connection connection, long delivery) throws SQLException {
    update(
        connection,
        "DELETE FROM events WHERE seq = (SELECT event FROM deliveries WHERE id = ?1)"
            + " AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event = seq AND id <> ?1)",
        delivery);
    update(connection, "DELETE FROM deliveries WHERE id = ?", delivery);
  }

  private static void update(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      statement.executeUpdate();
    }
  }

  private interface Row<T> {
    T read(ResultSet rows) throws SQLException;
  }

  private <T> List<T> query(String sql, Row<T> row, Object... values) {
    readLock.lock();
    try (PreparedStatement statement = reading.prepareStatement(sql)) {
      bind(statement, values);
      List<T> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(row.read(rows));
        }
      }
      return found;
    } catch (SQLException e) {
      throw new QueueException("can't read the event queue: " + e.getMessage(), e);
    } finally {
      readLock.unlock();
    }
  }

  private static void bind(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  private static Connection connectWithSchema(Path file) throws SQLException {
    Connection connection = connect(file);
    try (Statement statement = connection.createStatement()) {
      for (String sql : SCHEMA) {
        statement.execute(sql);
      }
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static Connection connect(Path file) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(BUSY_MILLIS);
    return config.createConnection("jdbc:sqlite:" + file);
  }

  private static void createPrivately(Path directory, Path file) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    for (Path each : List.of(file, directory.resolve("queue.lock"))) {
      if (Files.notExists(each)) {
        Files.createFile(
            each,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
    }
  }

  private static @org.jspecify.annotations.Nullable FileLock tryLock(FileChannel channel)
      throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }
}
