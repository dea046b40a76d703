package dev.gnomon.local.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gnomon.core.objects.Retries;
import dev.gnomon.local.cli.Failure;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The directory of one demo and the stack that runs in it. Both are gone when the demo ends, also
/// when TERM or Ctrl-C ends it. What a demo could not remove because it was killed, the next one
/// does: a temporary directory holds a file that its process keeps locked, and the name of the
/// prefix in whose objects its cells lie.
final class DemoPlace implements AutoCloseable {
  private static final String PREFIX = "gnomon-demo-";
  private static final String OWNED = ".owned";
  private static final String REMOVED = ".removed";
  private static final String ELSEWHERE = ".elsewhere";
  private static final String UNWRITTEN = ".elsewhere-unwritten";
  private static final int NOTE_BYTES = 4096;

  private final Path path;
  private final boolean keep;
  private final PrintStream err;
  private final AtExit atExit;
  private final AtomicReference<@Nullable Process> stack = new AtomicReference<>();
  private final AtomicReference<DemoCells> cells = new AtomicReference<>(DemoCells.WITH_THE_STACK);
  private final Optional<FileChannel> ownership;
  private boolean ended;

  /// @param temporary a new directory of a demo's own below it; removes what killed demos left
  ///   there
  /// @param keep leaves everything there
  /// @param environment where the keys of object stores are
  static DemoPlace temporary(
      Path temporary, boolean keep, Function<String, Optional<String>> environment, PrintStream err)
      throws IOException {
    removeOrphans(temporary, environment, err);
    Path path = Files.createTempDirectory(temporary, PREFIX).toRealPath();
    return new DemoPlace(path, keep, keep ? Optional.empty() : Optional.of(own(path)), err);
  }

  /// @param path an empty directory, or a new one
  static DemoPlace at(Path path, boolean keep, PrintStream err) throws IOException {
    if (Files.exists(path)) {
      try (var entries = Files.list(path)) {
        if (entries.findAny().isPresent()) {
          throw Failure.wrongUse("--work must be an empty or new directory: " + path);
        }
      }
    }
    return new DemoPlace(Files.createDirectories(path).toRealPath(), keep, Optional.empty(), err);
  }

  private DemoPlace(Path path, boolean keep, Optional<FileChannel> ownership, PrintStream err) {
    this.path = path;
    this.keep = keep;
    this.ownership = ownership;
    this.err = err;
    this.atExit = new AtExit(this::exit);
  }

  Path path() {
    return path;
  }

  /// The process that has to end before the directory can be removed.
  void runs(Process process) {
    stack.set(process);
  }

  /// What the stack will put elsewhere; it goes with the directory. Written down before anything
  /// lies there.
  void holds(DemoCells elsewhere) throws IOException {
    if (elsewhere.below().isPresent()) {
      Path whole = Files.writeString(path.resolve(UNWRITTEN), elsewhere.below().get().toString());
      Files.move(whole, path.resolve(ELSEWHERE), StandardCopyOption.ATOMIC_MOVE);
    }
    cells.set(elsewhere);
  }

  @Override
  public void close() throws InterruptedException {
    atExit.close();
    end();
  }

  private void exit() {
    err.println("stopping and removing what the demo made ...");
    end();
  }

  private synchronized void end() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      stopStack();
      if (keep) {
        err.println("everything is left in " + path);
      } else {
        DemoCells.Removal removal = cells.get().remove(Retries.Limits.STANDARD);
        if (!removal.said().isEmpty()) {
          err.println(removal.said());
        }
        if (removal.complete() || ownership.isEmpty()) {
          remove();
        } else {
          removeBesideNotes(path);
          err.println("the next demo tries again: its name is kept in " + path);
        }
      }
      if (ownership.isPresent()) {
        ownership.get().close();
      }
    } catch (IOException e) {
      err.println("gnomon: could not remove " + path + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stopStack() throws InterruptedException {
    Process process = stack.get();
    if (process != null) {
      DemoStack.stop(process);
    }
  }

  /// The demo's threads may still be at work: with the directory under another name they find
  /// nothing any more and can't make anything anew.
  private void remove() throws IOException, InterruptedException {
    Path removed = path.resolveSibling(path.getFileName() + REMOVED);
    try {
      Files.move(path, removed);
    } catch (IOException e) {
      Leftovers.delete(path); // a mount, or beside it nothing can be made
      return;
    }
    Leftovers.delete(removed);
  }

  private static FileChannel own(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path.resolve(OWNED), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    channel.lock(); // given back by the kernel, however the process ends
    return channel;
  }

  private static void removeOrphans(
      Path temporary, Function<String, Optional<String>> environment, PrintStream err)
      throws IOException {
    try (DirectoryStream<Path> candidates = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (Path candidate : candidates) {
        removeOrphan(candidate, environment, err);
      }
    }
  }

  private static void removeOrphan(
      Path candidate, Function<String, Optional<String>> environment, PrintStream err) {
    Path owned = candidate.resolve(OWNED);
    try {
      if (!Files.isDirectory(candidate, LinkOption.NOFOLLOW_LINKS)
          || !Files.isRegularFile(owned, LinkOption.NOFOLLOW_LINKS)
          || !ours(candidate)) {
        return;
      }
      try (FileChannel channel = FileChannel.open(owned, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        if (lock == null) {
          return; // a demo that runs
        }
        if (removedElsewhere(candidate, environment, err)) {
          Leftovers.delete(candidate);
        } else {
          removeBesideNotes(candidate);
          return;
        }
      }
      err.println("removed what a killed demo had left: " + candidate);
    } catch (IOException e) {
      err.println("could not remove what a killed demo has left: " + candidate + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Deletes the objects of a killed demo, with the keys of this one.
  ///
  /// @return whether none is left
  private static boolean removedElsewhere(
      Path orphan, Function<String, Optional<String>> environment, PrintStream err)
      throws IOException {
    Path note = orphan.resolve(ELSEWHERE);
    if (Files.notExists(note, LinkOption.NOFOLLOW_LINKS)) {
      return true; // nothing was put anywhere
    }
    Optional<DemoCells> noted =
        Files.isRegularFile(note, LinkOption.NOFOLLOW_LINKS) && Files.size(note) <= NOTE_BYTES
            ? DemoCells.noted(Files.readString(note, ISO_8859_1), environment)
            : Optional.empty();
    if (noted.isEmpty()) {
      err.println(
          "a killed demo: %s does not name objects of a demo, none were deleted; look for a prefix gnomon-demo-... in your buckets, and remove %s"
              .formatted(note, orphan));
      return false;
    }
    DemoCells.Removal removal = noted.get().remove(Retries.Limits.ONCE);
    err.println("a killed demo: " + removal.said());
    if (!removal.complete()) {
      err.println("the next demo tries again, unless you remove " + orphan);
    }
    return removal.complete();
  }

  private static void removeBesideNotes(Path directory) throws IOException, InterruptedException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (!List.of(OWNED, ELSEWHERE).contains(entry.getFileName().toString())) {
          Leftovers.delete(entry);
        }
      }
    }
  }

  /// Nobody else can have put anything there.
  private static boolean ours(Path directory) throws IOException {
    return Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS)
        .equals(Files.getOwner(Path.of("/proc/self")));
  }
}
