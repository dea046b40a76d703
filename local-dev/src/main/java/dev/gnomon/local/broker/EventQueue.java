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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/// The durable queue: SQLite in WAL mode with synchronous=FULL (docs/adr/0004-local-queue.md). An
/// event is kept once, a delivery per lane; both go when the delivery is done. Thread-safe.
///
/// A lane never holds two deliveries of one event, which is known by its source and id. The same
/// event again makes one that waits for its retry due at once, with all its attempts; one that is
/// under way is delivered once more after it: whoever works on it may have looked already.
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
              + " attempts INTEGER NOT NULL, due_millis INTEGER NOT NULL, identity TEXT)",
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
  ///
  /// @param identity names the event among all; empty if it is to be delivered whatever waits
  record Entry(Optional<String> identity, byte[] content, Collection<String> lanes, Instant due) {
    /// An event that a lane holds once.
    static Entry of(CloudEvent event, Collection<String> lanes, Instant due) {
      String identity = event.getSource() + "\n" + event.getId();
      return new Entry(Optional.of(identity), HttpEvents.toStored(event), lanes, due);
    }

    /// A dead letter: several Triggers may have given up the same event.
    static Entry ofLetter(CloudEvent letter, String lane, Instant due) {
      return new Entry(Optional.empty(), HttpEvents.toStored(letter), List.of(lane), due);
    }
  }

  private final FileChannel lockFile;
  private final FileLock lock;
  private final Connection reading;
  private final Connection writing;
  private final GroupCommit commits;
  private final ReentrantLock readLock = new ReentrantLock();

  /// Deliveries under way, and whether the same event came again since they began. After a kill
  /// they are delivered again anyway.
  private final Map<Long, Boolean> underWay = new ConcurrentHashMap<>();

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

  /// @return how many deliveries came to the queue: none of a lane that holds the event already
  CompletableFuture<Integer> store(Entry entry) {
    return counted((connection, added) -> added.addAndGet(insert(connection, entry)));
  }

  /// Says that a delivery is tried now, until [#ended].
  void begun(long delivery) {
    underWay.put(delivery, false);
  }

  void ended(long delivery) {
    underWay.remove(delivery);
  }

  /// Marks a delivery as done and stores the reply to it, together.
  ///
  /// @param now when it is due once more if the same event came while it was under way
  /// @return by how much the number of deliveries grew
  CompletableFuture<Integer> complete(long delivery, Collection<Entry> replies, Instant now) {
    return counted((connection, added) -> {
      // First, because a reply may be the same event again.
      added.addAndGet(end(connection, delivery, now));
      for (Entry reply : replies) {
        added.addAndGet(insert(connection, reply));
      }
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

  /// Gives a delivery up: it becomes a dead letter, which is kept here if nobody else gets it.
  ///
  /// @param forwards to the dead letter sink, if there is one
  /// @return by how much the number of deliveries grew
  CompletableFuture<Integer> bury(Pending pending, DeadLetter letter, Collection<Entry> forwards) {
    return counted((connection, added) -> {
      if (forwards.isEmpty()) {
        keep(connection, letter, pending.content());
      }
      added.addAndGet(end(connection, pending.id(), letter.time()));
      for (Entry forward : forwards) {
        added.addAndGet(insert(connection, forward));
      }
    });
  }

  private static void keep(Connection connection, DeadLetter letter, byte[] content)
      throws SQLException {
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
        content);
    update(
        connection,
        "DELETE FROM dead_letters WHERE id <= (SELECT max(id) FROM dead_letters) - ?",
        MAX_DEAD_LETTERS);
  }

  /// A dead letter that nobody else got.
  record Kept(long id, DeadLetter letter, byte[] content) {}

  /// The oldest first.
  List<Kept> keptLetters(int limit) {
    return letters("ORDER BY id", limit);
  }

  /// Gives a letter to a sink that there was none for.
  CompletableFuture<Integer> forward(Kept kept, Entry entry) {
    return counted((connection, added) -> {
      added.addAndGet(insert(connection, entry));
      update(connection, "DELETE FROM dead_letters WHERE id = ?", kept.id());
    });
  }

  private interface CountedWrite {
    void on(Connection connection, AtomicInteger added) throws SQLException;
  }

  /// A write may run twice, the second time alone; the last run counts.
  private CompletableFuture<Integer> counted(CountedWrite write) {
    AtomicInteger added = new AtomicInteger();
    return commits
        .submit(connection -> {
          added.set(0);
          write.on(connection, added);
        })
        .thenApply(stored -> added.get());
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
    return letters("ORDER BY id DESC", limit).stream().map(Kept::letter).toList();
  }

  private List<Kept> letters(String order, int limit) {
    return query(
        "SELECT time_millis, lane, destination, code, reason, attempts, content, id"
            + " FROM dead_letters "
            + order
            + " LIMIT ?",
        rows -> {
          CloudEvent event = HttpEvents.fromStored(rows.getBytes(7));
          return new Kept(
              rows.getLong(8),
              new DeadLetter(
                  Instant.ofEpochMilli(rows.getLong(1)),
                  rows.getString(2),
                  rows.getString(3),
                  event.getId(),
                  event.getSource().toString(),
                  event.getType(),
                  rows.getInt(4),
                  rows.getString(5),
                  rows.getInt(6)),
              rows.getBytes(7));
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

  /// @return deliveries added
  private int insert(Connection connection, Entry entry) throws SQLException {
    List<String> lanes = new ArrayList<>();
    for (String lane : entry.lanes()) {
      if (entry.identity().isEmpty() || !holds(connection, entry.identity().get(), lane, entry)) {
        lanes.add(lane);
      }
    }
    if (lanes.isEmpty()) {
      return 0; // nobody wants it, or it waits already
    }
    update(connection, "INSERT INTO events(content) VALUES(?)", entry.content());
    for (String lane : lanes) {
      update(
          connection,
          "INSERT INTO deliveries(event, lane, attempts, due_millis, identity)"
              + " VALUES((SELECT max(seq) FROM events),?,0,?,?)",
          lane,
          entry.due().toEpochMilli(),
          entry.identity().orElse(null));
    }
    return lanes.size();
  }

  private boolean holds(Connection connection, String identity, String lane, Entry entry)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT id FROM deliveries WHERE lane = ? AND identity = ?")) {
      bind(statement, lane, identity);
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          return false;
        }
        long delivery = rows.getLong(1);
        if (underWay.computeIfPresent(delivery, (id, again) -> true) == null) {
          renew(connection, delivery, entry.due());
        }
        return true;
      }
    }
  }

  private static void renew(Connection connection, long delivery, Instant due) throws SQLException {
    update(
        connection,
        "UPDATE deliveries SET attempts=0, due_millis=min(due_millis, ?) WHERE id=?",
        due.toEpochMilli(),
        delivery);
  }

  /// @return -1, or 0 if the same event came meanwhile: then it is delivered once more
  private int end(Connection connection, long delivery, Instant now) throws SQLException {
    if (underWay.getOrDefault(delivery, false)) {
      renew(connection, delivery, now);
      return 0;
    }
    remove(connection, delivery);
    return -1;
  }

  private static void remove(Connection connection, long delivery) throws SQLException {
    update(
        connection,
        "DELETE FROM events WHERE seq = (SELECT event FROM deliveries WHERE id = ?1)"
            + " AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event = seq AND id <> ?1)",
        delivery);
    update(connection, "DELETE FROM deliveries WHERE id = ?", delivery);
  }

  private static void update(Connection connection, String sql, @Nullable Object... values)
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

  private static void bind(PreparedStatement statement, @Nullable Object... values)
      throws SQLException {
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
      if (!statement
          .executeQuery("SELECT 1 FROM pragma_table_info('deliveries') WHERE name='identity'")
          .next()) { // a queue of an earlier version
        statement.execute("ALTER TABLE deliveries ADD COLUMN identity TEXT");
      }
      statement.execute("CREATE UNIQUE INDEX IF NOT EXISTS once ON deliveries(lane, identity)");
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

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }
}
