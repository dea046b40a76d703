package dev.gnomon.bench.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.TreeDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Writes small files into a directory at a steady rate, renames and deletes some, and looks at its
/// replica until each change is there. The lag of a change is the time from its end until the
/// replica was seen to hold the same; it is looked at every [#LOOK]. A file is touched again only
/// when its last change has arrived. For one thread.
final class SteadyWriter {
  private static final Duration BETWEEN_WRITES = Duration.ofMillis(50);
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final Duration SAMPLE = Duration.ofMillis(200);

  /// For the first look at the tree, and for what is late.
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final int FILES = 200;
  private static final int FILES_IN_DIRECTORY = 20;
  private static final int LEAST_BYTES = 100;
  private static final int MOST_BYTES = 4000;

  /// Of so many writes one is followed by a rename, and one by a delete.
  private static final int WRITES_BETWEEN = 10;

  private static final double NANOS = 1e9;

  private final Path directory;
  private final Path replica;
  private final Follower follower;
  private final Duration patience;
  private final Random random = new Random(1);
  private final List<File> settled = new ArrayList<>();
  private final List<Change> outstanding = new ArrayList<>();
  private final List<Double> lags = new ArrayList<>();
  private long sampled;
  private int made;

  /// One file as it is now.
  @SuppressWarnings("ArrayRecordComponent") // made once, never compared
  private record File(Path name, byte[] content) {}

  /// What the replica has to show.
  ///
  /// @param now empty where a file has to be gone
  /// @param gone a name that must not be there any more
  private record Change(@Nullable File now, @Nullable Path gone, long endNanos) {}

  /// Who brings changes over.
  interface Follower {
    /// @throws RoundFailedException if it ended
    void requireRunning() throws RoundFailedException, IOException;
  }

  SteadyWriter(Path directory, Path replica, Follower follower, Duration patience) {
    this.directory = directory;
    this.replica = replica;
    this.follower = follower;
    this.patience = patience;
  }

  /// @param directory existing and empty
  /// @param replica where its replica will be
  SteadyWriter(Path directory, Path replica, Follower follower) {
    this(directory, replica, follower, PATIENCE);
  }

  /// @param writing how long
  /// @throws RoundFailedException if a change did not arrive, or the follower ended
  Lags run(Duration writing) throws RoundFailedException, IOException, InterruptedException {
    begin();
    write(writing);
    requireEqual();
    return Lags.of(lags);
  }

  /// The follower is in step when it has brought over what was there first.
  private void begin() throws RoundFailedException, IOException {
    for (int i = 0; i < FILES; i++) {
      outstanding.add(put(newName()));
    }
    arrive();
    lags.clear();
  }

  private void write(Duration writing) throws RoundFailedException, IOException {
    long start = System.nanoTime();
    long steps = writing.dividedBy(BETWEEN_WRITES);
    for (int step = 1; step <= steps; step++) {
      long due = start + step * BETWEEN_WRITES.toNanos();
      while (System.nanoTime() - due < 0) {
        look();
      }
      outstanding.add(put(step % 4 == 0 ? newName() : taken().name()));
      if (step % WRITES_BETWEEN == 0) {
        outstanding.add(renamed(taken()));
      } else if (step % WRITES_BETWEEN == WRITES_BETWEEN / 2) {
        outstanding.add(deleted(taken()));
      }
    }
    arrive();
  }

  /// Until all that was changed is there.
  private void arrive() throws RoundFailedException, IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (!outstanding.isEmpty()) {
      if (System.nanoTime() - end > 0) {
        throw new RoundFailedException(
            "%d changes did not arrive in the replica within %d s"
                .formatted(outstanding.size(), patience.toSeconds()));
      }
      look();
    }
  }

  private void look() throws RoundFailedException, IOException {
    if (System.nanoTime() - sampled > SAMPLE.toNanos()) {
      follower.requireRunning();
      sampled = System.nanoTime();
    }
    for (Iterator<Change> changes = outstanding.iterator(); changes.hasNext(); ) {
      Change change = changes.next();
      if (arrived(change)) {
        lags.add((System.nanoTime() - change.endNanos()) / NANOS);
        changes.remove();
        if (change.now() != null) {
          settled.add(change.now());
        }
      }
    }
    LockSupport.parkNanos(LOOK.toNanos());
  }

  private boolean arrived(Change change) throws IOException {
    if (change.gone() != null && Files.exists(replica.resolve(change.gone()), NOFOLLOW_LINKS)) {
      return false;
    }
    if (change.now() == null) {
      return true;
    }
    try {
      Path file = replica.resolve(change.now().name());
      return Arrays.equals(Files.readAllBytes(file), change.now().content());
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /// Times and modes may be set after the content.
  private void requireEqual() throws RoundFailedException, IOException, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (TreeDigest.of(directory).differenceTo(TreeDigest.of(replica)).isPresent()) {
      follower.requireRunning();
      if (System.nanoTime() - end > 0) {
        Ground.requireEqual("the follower", TreeDigest.of(directory), replica);
      }
      LockSupport.parkNanos(SAMPLE.toNanos());
    }
  }

  private Change put(Path name) throws IOException {
    File file = new File(name, content());
    Path at = directory.resolve(name);
    Files.createDirectories(at.getParent());
    Files.write(at, file.content());
    return new Change(file, null, System.nanoTime());
  }

  private Change renamed(File file) throws IOException {
    Path name = newName();
    Path at = directory.resolve(name);
    Files.createDirectories(at.getParent());
    Files.move(directory.resolve(file.name()), at);
    return new Change(new File(name, file.content()), file.name(), System.nanoTime());
  }

  private Change deleted(File file) throws IOException {
    Files.delete(directory.resolve(file.name()));
    return new Change(null, file.name(), System.nanoTime());
  }

  /// @throws RoundFailedException if the replica is so late that none is left to touch
  private File taken() throws RoundFailedException {
    if (settled.isEmpty()) {
      throw new RoundFailedException(
          "the replica is %d changes behind".formatted(outstanding.size()));
    }
    return settled.remove(random.nextInt(settled.size()));
  }

  private Path newName() {
    int number = made++;
    return Path.of("d" + number / FILES_IN_DIRECTORY, "f" + number);
  }

  /// So many random bytes are never the same twice.
  private byte[] content() {
    byte[] content = new byte[random.nextInt(LEAST_BYTES, MOST_BYTES)];
    random.nextBytes(content);
    return content;
  }
}
