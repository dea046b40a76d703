package dev.gnomon.filesystem.mirror;

import dev.gnomon.core.replica.Change;
import dev.gnomon.filesystem.mirror.Leaves.Leaf;
import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Entries;
import dev.gnomon.linux.Errno;
import dev.gnomon.linux.FileContent;
import dev.gnomon.linux.Inodes;
import dev.gnomon.linux.Stat;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Makes one file equal to its source. A small file, or one that has to be another inode, is
/// written beside its place and renamed; of a big one only the blocks that differ are written, in
/// place. Shares or copies blocks within the kernel where the file system can. Thread-safe.
final class FileCopy {
  /// Up to this size a file is read whole: measured, one read and one write are faster there than
  /// asking the kernel to copy.
  private static final int SMALL_BYTES = 1 << 20;

  /// A smaller file that takes less of the disk than its size was just not written out yet.
  private static final int SPARSE_BYTES = 1 << 16;

  /// Compared and written as one.
  private static final int BLOCK_BYTES = 1 << 18;

  private static final long COPY_BYTES = 1L << 26;

  /// A change within the same tick of the clock as the last one leaves no trace in the stat; the
  /// kernel's clock for files ticks every 10 ms at most.
  private static final Duration TICK = Duration.ofMillis(50);

  private final Known known;
  private final Clock clock;
  private final Supplier<String> temporaryNames;
  private final ThreadLocal<Buffers> buffers = ThreadLocal.withInitial(Buffers::new);
  private final AtomicBoolean shares = new AtomicBoolean(true);
  private final AtomicBoolean sharingTried = new AtomicBoolean();
  private final AtomicBoolean kernelCopies = new AtomicBoolean(true);

  FileCopy(Known known, Clock clock, Supplier<String> temporaryNames) {
    this.known = known;
    this.clock = clock;
    this.temporaryNames = temporaryNames;
  }

  private static final class Buffers {
    private final Arena arena = Arena.ofAuto();
    final MemorySegment source = arena.allocate(SMALL_BYTES, 64);
    final MemorySegment target = arena.allocate(SMALL_BYTES, 64);
  }

  /// How a file that differs gets its new content.
  enum Way {
    /// Beside its place or in place, as suits its size.
    EITHER,
    /// The inode stays: it has further names.
    IN_PLACE,
    /// It becomes another inode: this one has names of other files.
    ANEW
  }

  long nowMillis() {
    return clock.millis();
  }

  /// Whether the last change of an entry may be younger than a time.
  boolean mayBeYounger(Stat stat, long thanMillis) {
    return thanMillis - TimeUnit.NANOSECONDS.toMillis(stat.ctimeNanos()) <= TICK.toMillis();
  }

  String temporaryName() {
    return temporaryNames.get();
  }

  /// Brings one file over.
  ///
  /// @param believed whether both sides were known as equal, so that a difference is damage
  void bring(Leaf leaf, Way way, boolean believed, Tally tally, BooleanSupplier stopped)
      throws IOException {
    int source = Descriptors.openToRead(leaf.at().source, leaf.name(), leaf.path());
    long beganMillis = clock.millis();
    try {
      Stat before = Stat.of(source, leaf.path());
      if (!before.isFile()) {
        tally.unsettled(Change.below(leaf.path()));
        return;
      }
      boolean equal = false;
      boolean inPlace = leaf.file().isPresent() && way != Way.ANEW;
      if (inPlace) {
        Stat there = leaf.file().orElseThrow();
        boolean small = Math.max(before.size(), there.size()) <= SMALL_BYTES;
        if (way == Way.EITHER && small) {
          equal = before.size() == there.size() && sameSmall(source, leaf, before.size());
          inPlace = equal;
        } else if (way == Way.EITHER && !likely(before, there) && canShare(source, leaf)) {
          inPlace = false; // cheaper than comparing all blocks
        } else {
          equal = blocks(source, before, leaf, stopped);
        }
      }
      if (stopped.getAsBoolean()) {
        tally.unsettled(Change.of(leaf.path()));
        return;
      }
      if (!equal && believed && before.sameAs(leaf.from())) {
        tally.damaged(leaf.path());
      }
      Metadata metadata = new Metadata(tally);
      Optional<Stat> after =
          inPlace
              ? Optional.of(finish(source, leaf, metadata, tally, !equal))
              : anew(source, before, leaf, metadata, tally, stopped);
      if (after.isPresent()) {
        remember(before, after.get(), beganMillis, leaf, tally);
      }
    } finally {
      Descriptors.close(source);
    }
  }

  /// Whether files of these two file systems can share blocks; tried once.
  private boolean canShare(int source, Leaf leaf) throws IOException {
    if (shares.get() && !sharingTried.getAndSet(true)) {
      String temporary = temporaryNames.get();
      int target = Descriptors.create(leaf.at().target, temporary, leaf.path());
      try {
        shares.set(FileContent.share(source, target));
      } finally {
        Descriptors.close(target);
        boolean ignored = Entries.remove(leaf.at().target, temporary, leaf.path());
      }
    }
    return shares.get();
  }

  /// Whether two files are likely to be equal.
  private static boolean likely(Stat one, Stat other) {
    return one.size() == other.size()
        && one.mtimeSeconds() == other.mtimeSeconds()
        && one.mtimeNanos() == other.mtimeNanos();
  }

  /// @return the source as it is now
  private Stat finish(int source, Leaf leaf, Metadata metadata, Tally tally, boolean written)
      throws IOException {
    Stat now = Stat.of(source, leaf.path());
    Stat there =
        Stat.of(leaf.at().target, leaf.name(), leaf.path())
            .orElseThrow(() -> new IOException("it was taken away"));
    metadata.bring(leaf.at(), leaf.name(), now, leaf.name(), there, leaf.path());
    if (written) {
      tally.wrote(now, now.size());
    } else {
      tally.changed(now);
    }
    return now;
  }

  /// @return the source as it is now; empty if it was stopped
  private Optional<Stat> anew(
      int source, Stat before, Leaf leaf, Metadata metadata, Tally tally, BooleanSupplier stopped)
      throws IOException {
    String temporary = temporaryNames.get();
    int target = Descriptors.create(leaf.at().target, temporary, leaf.path());
    boolean placed = false;
    try {
      try {
        content(source, before, target, leaf.path(), stopped);
      } finally {
        Descriptors.close(target);
      }
      if (stopped.getAsBoolean()) {
        tally.unsettled(Change.of(leaf.path()));
        return Optional.empty();
      }
      Stat now = Stat.of(source, leaf.path());
      Stat made = Stat.of(leaf.at().target, temporary, leaf.path()).orElseThrow();
      metadata.bring(leaf.at(), leaf.name(), now, temporary, made, leaf.path());
      Entries.rename(leaf.at().target, temporary, leaf.at().target, leaf.name(), leaf.path());
      placed = true;
      tally.wrote(now, now.size());
      return Optional.of(now);
    } finally {
      if (!placed) {
        boolean ignored = Entries.remove(leaf.at().target, temporary, leaf.path());
      }
    }
  }

  /// Only what surely did not change since it was read is known as equal: what changed right before
  /// the first read may have changed once more within that tick, after a block of it was read.
  ///
  /// @param beganMillis when it was not read yet
  private void remember(Stat before, Stat now, long beganMillis, Leaf leaf, Tally tally)
      throws IOException {
    if (!before.sameAs(now)) {
      tally.unsettled(Change.of(leaf.path()));
      return;
    }
    Optional<Stat> there = Stat.of(leaf.at().target, leaf.name(), leaf.path());
    if (!mayBeYounger(now, beganMillis) && there.isPresent()) {
      known.put(now, there.get());
    }
  }

  private boolean sameSmall(int source, Leaf leaf, long size) throws IOException {
    int target = openTarget(leaf, false);
    try {
      Buffers two = buffers.get();
      int one = FileContent.read(source, two.source.asSlice(0, size), 0, leaf.path());
      int other = FileContent.read(target, two.target.asSlice(0, size), 0, leaf.path());
      return one == size
          && other == size
          && two.source.asSlice(0, size).mismatch(two.target.asSlice(0, size)) < 0;
    } finally {
      Descriptors.close(target);
    }
  }

  private int openTarget(Leaf leaf, boolean toWrite) throws IOException {
    try {
      return open(leaf, toWrite);
    } catch (CallFailed e) {
      if (e.errno() != Errno.EACCES) {
        throw e;
      }
      Inodes.permissions(leaf.at().target, leaf.name(), 0600, leaf.path());
      return open(leaf, toWrite);
    }
  }

  private int open(Leaf leaf, boolean toWrite) throws IOException {
    return toWrite
        ? Descriptors.openToUpdate(leaf.at().target, leaf.name(), leaf.path())
        : Descriptors.openToRead(leaf.at().target, leaf.name(), leaf.path());
  }

  /// Writes the blocks that differ.
  ///
  /// @return whether none did
  private boolean blocks(int source, Stat stat, Leaf leaf, BooleanSupplier stopped)
      throws IOException {
    int target = openTarget(leaf, true);
    try {
      boolean equal = true;
      if (Stat.of(target, leaf.path()).size() != stat.size()) {
        FileContent.truncate(target, stat.size(), leaf.path());
        equal = false;
      }
      Buffers two = buffers.get();
      MemorySegment from = two.source.asSlice(0, BLOCK_BYTES);
      MemorySegment to = two.target.asSlice(0, BLOCK_BYTES);
      boolean sparse = stat.isSparse();
      for (long at = 0; at < stat.size() && !stopped.getAsBoolean(); ) {
        if (sparse) {
          long data = FileContent.data(source, at, leaf.path());
          sparse = data != FileContent.NOT_KNOWN;
          long holeEnd = data == FileContent.NO_MORE ? stat.size() : Math.min(data, stat.size());
          if (holeEnd > at) {
            equal &= empty(target, at, holeEnd, leaf.path());
            at = holeEnd;
            continue;
          }
        }
        int length = FileContent.read(source, from, at, leaf.path());
        if (length == 0) {
          break; // it shrank meanwhile
        }
        int there = FileContent.read(target, to, at, leaf.path());
        if (there != length || from.asSlice(0, length).mismatch(to.asSlice(0, length)) >= 0) {
          FileContent.write(target, from, length, at, leaf.path());
          equal = false;
        }
        at += length;
      }
      return equal;
    } finally {
      Descriptors.close(target);
    }
  }

  /// Makes a range a hole.
  ///
  /// @return whether it was one
  private boolean empty(int target, long from, long to, String path) throws IOException {
    long data = FileContent.data(target, from, path);
    if (data == FileContent.NO_MORE || data >= to) {
      return true;
    }
    if (FileContent.punch(target, from, to - from, path)) {
      return false;
    }
    MemorySegment zeros = buffers.get().target.asSlice(0, BLOCK_BYTES).fill((byte) 0);
    for (long at = from; at < to; at += BLOCK_BYTES) {
      FileContent.write(target, zeros, Math.min(BLOCK_BYTES, to - at), at, path);
    }
    return false;
  }

  /// Writes a new file.
  private void content(int source, Stat stat, int target, String path, BooleanSupplier stopped)
      throws IOException {
    boolean sparse = stat.size() > SPARSE_BYTES && stat.isSparse();
    if (stat.size() <= SMALL_BYTES && !sparse) {
      MemorySegment buffer = buffers.get().source;
      int length = FileContent.read(source, buffer, 0, path);
      FileContent.write(target, buffer, length, 0, path);
      return;
    }
    if (shares.get()) {
      if (FileContent.share(source, target)) {
        return;
      }
      shares.set(false);
    }
    long at = 0;
    while (at < stat.size() && !stopped.getAsBoolean()) {
      long from = at;
      long to = stat.size();
      if (sparse) {
        from = FileContent.data(source, at, path);
        if (from == FileContent.NOT_KNOWN) {
          sparse = false;
          continue;
        }
        if (from == FileContent.NO_MORE || from >= stat.size()) {
          break;
        }
        to = Math.min(stat.size(), FileContent.hole(source, from, path));
      }
      at = range(source, target, from, to, path, stopped);
      if (at < to) {
        return; // it shrank meanwhile
      }
    }
    FileContent.truncate(target, stat.size(), path);
  }

  private long range(
      int source, int target, long from, long to, String path, BooleanSupplier stopped)
      throws IOException {
    long at = from;
    while (at < to && !stopped.getAsBoolean()) {
      long done = -1;
      if (kernelCopies.get()) {
        done = FileContent.copy(source, at, target, Math.min(COPY_BYTES, to - at), path);
        if (done < 0) {
          kernelCopies.set(false);
        }
      }
      if (done < 0) {
        MemorySegment buffer = buffers.get().source;
        done =
            FileContent.read(source, buffer.asSlice(0, Math.min(SMALL_BYTES, to - at)), at, path);
        FileContent.write(target, buffer, done, at, path);
      }
      if (done == 0) {
        break;
      }
      at += done;
    }
    return at;
  }
}
