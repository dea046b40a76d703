package dev.gnomon.store.capture;

import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Cutter;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.ExtendedAttributes;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.Holes;
import dev.gnomon.store.files.SourceFiles;
import dev.gnomon.store.tree.ContentOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Reads one file and tells whether it held still meanwhile.
///
/// A file's ctime moves in ticks of the kernel's clock (10 ms at most). A file that changed within
/// the last ticks could change again without a sign while it is read, however long that takes, so
/// it is left to settle first; if it is still too young when reading begins, or where times are
/// whole seconds, it is not trusted to be recognised later.
final class FileReading {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long COARSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /// Threads that read files side by side.
  static final int READERS = 4;

  /// A bigger file is read by the walk itself, and its chunks are hashed and compressed beside each
  /// other.
  private static final long MAX_SMALL_BYTES = 8 << 20;

  private final BlobSession session;
  private final Cutter cutter;
  private final SourceFiles files;
  private final Clock clock;

  private final boolean knowsHoles;

  /// @param knowsHoles whether the stored format can say that a file is sparse
  FileReading(
      BlobSession session, Cutter cutter, SourceFiles files, Clock clock, boolean knowsHoles) {
    this.knowsHoles = knowsHoles;
    this.session = session;
    this.cutter = cutter;
    this.files = files;
    this.clock = clock;
  }

  /// What was read.
  ///
  /// @param stat as it was after reading
  /// @param changed whether it changed while it was read
  /// @param trusted whether the same stat later means the same content
  /// @param plain whether it surely has no extended attributes
  record Reading(
      FileStat stat,
      boolean changed,
      boolean trusted,
      boolean plain,
      ContentOutput.Pending content) {}

  /// Whether a file is stored as sparse.
  boolean isSparse(FileStat stat) {
    return knowsHoles && stat.isSparse();
  }

  /// Work on one file.
  interface Work<T> {
    T run() throws IOException;
  }

  /// Has a file read by one of the readers, or at once if it is big.
  <T> CompletableFuture<T> start(ExecutorService readers, FileStat stat, Work<T> work) {
    Supplier<T> supplied =
        () -> {
          try {
            return work.run();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    if (stat.size() <= MAX_SMALL_BYTES) {
      return CompletableFuture.supplyAsync(supplied, readers);
    }
    try {
      return CompletableFuture.completedFuture(supplied.get());
    } catch (UncheckedIOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /// @return empty if the file is gone, or is no regular file any more
  Optional<Reading> read(EntryAt file, FileStat seen) throws IOException {
    Optional<FileStat> before = settled(file, seen);
    if (before.isEmpty() || before.get().kind() != FileStat.Kind.FILE) {
      return Optional.empty();
    }
    boolean old = isOld(before.get());
    long size = before.get().size();
    ContentOutput output = new ContentOutput(session, cutter, BlobSession.Kind.DATA, size);
    boolean plain;
    try (InputStream in = Holes.leftOut(files.open(file), before.get())) {
      output.transferFrom(in, size);
      plain = ExtendedAttributes.surelyNone(in);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      if (file.stat().filter(now -> now.kind() == FileStat.Kind.FILE).isEmpty()) {
        return Optional.empty(); // replaced by something else
      }
      throw e;
    }
    ContentOutput.Pending content = output.finish();
    Optional<FileStat> after = file.stat();
    if (after.isEmpty()) {
      return Optional.empty();
    }
    boolean changed = !after.get().sameAs(before.get()) || content.size() != size;
    return Optional.of(new Reading(after.get(), changed, !changed && old, plain, content));
  }

  private Optional<FileStat> settled(EntryAt file, FileStat seen) throws IOException {
    if (age(seen) >= TICK_NANOS) {
      return Optional.of(seen);
    }
    LockSupport.parkNanos(TICK_NANOS);
    return file.stat();
  }

  private boolean isOld(FileStat stat) {
    boolean coarse = stat.ctimeNanos() % TimeUnit.SECONDS.toNanos(1) == 0;
    return age(stat) >= (coarse ? COARSE_NANOS : TICK_NANOS);
  }

  private long age(FileStat stat) {
    Instant now = clock.instant();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() - stat.ctimeNanos();
  }
}
