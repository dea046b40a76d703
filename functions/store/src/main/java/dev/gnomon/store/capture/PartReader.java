package dev.gnomon.store.capture;

import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.Workers;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Cutter;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.OpenTree;
import dev.gnomon.store.files.Scan;
import dev.gnomon.store.files.ScanAhead;
import dev.gnomon.store.tree.ContentOutput;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Encoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/// Reads the files of one part that are not known already, and keeps a list of what it read. Faults
/// of single files are left to the commit, which looks at every file again.
final class PartReader {
  private static final int MAX_PENDING = 1024;

  private final BlobSession session;
  private final FileReading reading;
  private final Progress progress;
  private final SourceWalk walk;
  private final ContentOutput list;
  private final Encoder encoder = new Encoder();
  private final Deque<Pending> pending = new ArrayDeque<>();
  private final Set<Long> linkedInodes = new HashSet<>();
  private final String from;
  private final Optional<String> before;

  PartReader(
      BlobSession session,
      Cutter cutter,
      FileReading reading,
      Progress progress,
      SourceWalk walk,
      Part part) {
    this.session = session;
    this.reading = reading;
    this.progress = progress;
    this.walk = walk;
    this.list = new ContentOutput(session, cutter, BlobSession.Kind.TREE, 0);
    this.from = RawName.parse(part.from());
    this.before = Optional.of(RawName.parse(part.before())).filter(path -> !path.isEmpty());
  }

  private record Pending(String path, CompletableFuture<Optional<FileReading.Reading>> read) {}

  /// @return reference to the list of results
  ContentRef read(Path root, KnownDirectory.@Nullable Ref known) {
    try (OpenTree tree = OpenTree.of(root);
        ScanAhead scans = walk.scans(tree.root());
        ExecutorService readers = Workers.readers(FileReading.READERS)) {
      try {
        directory(scans, readers, tree.root(), "", known);
        pending.forEach(this::write);
      } finally {
        readers.shutdownNow();
      }
    } catch (IOException e) {
      throw Unreadable.of(root, e);
    }
    return list.finish().get();
  }

  private void directory(
      ScanAhead scans,
      ExecutorService readers,
      EntryAt directory,
      String path,
      KnownDirectory.@Nullable Ref ref)
      throws IOException {
    Optional<Scan> scan;
    try {
      scan = SourceWalk.scan(scans, path, directory);
    } catch (IOException e) {
      return;
    }
    KnownDirectory known = KnownDirectory.load(ref, session::read);
    List<String> names = scan.map(Scan::names).orElse(List.of());
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String childPath = RawName.join(path, name);
      if (isAfter(childPath)) {
        return;
      }
      if (isBefore(childPath)) {
        continue;
      }
      Optional<FileStat> stat = scan.orElseThrow().stat(i);
      if (stat.isEmpty() || walk.leftAlone(name, stat.get()).isPresent()) {
        continue;
      }
      if (stat.get().kind() == FileStat.Kind.DIRECTORY) {
        EntryAt child = scan.orElseThrow().directory().child(name);
        directory(scans, readers, child, childPath, known.subdirectory(name));
      } else if (stat.get().kind() == FileStat.Kind.FILE) {
        file(readers, scan.orElseThrow().directory(), childPath, name, stat.get(), known);
      }
    }
  }

  private void file(
      ExecutorService readers,
      EntryAt directory,
      String path,
      String name,
      FileStat stat,
      KnownDirectory known) {
    if (RawName.compareInWalk(path, from) < 0
        || (stat.links() > 1 && !linkedInodes.add(stat.inode()))
        || known
            .unchanged(name, stat)
            .filter(file -> Contents.reuse(session, file.content()))
            .isPresent()) {
      return;
    }
    EntryAt child = directory.child(name);
    pending.add(new Pending(path, reading.start(readers, stat, () -> reading.read(child, stat))));
    while (pending.size() > MAX_PENDING || (!pending.isEmpty() && pending.peek().read().isDone())) {
      write(pending.remove());
    }
  }

  private void write(Pending file) {
    Optional<FileReading.Reading> read;
    try {
      read = BlobSession.join(file.read());
    } catch (UncheckedIOException e) {
      return; // the commit meets it again, and says so
    }
    if (read.isPresent() && read.get().trusted()) {
      progress.advanced(1, read.get().stat().size());
      PartResults.Result.of(file.path(), read.get().stat(), read.get().content().get())
          .encode(encoder);
      list.write(encoder.take());
    }
  }

  private boolean isAfter(String path) {
    return before.isPresent() && RawName.compareInWalk(path, before.get()) >= 0;
  }

  /// Whether a path and everything below it come before the part.
  private boolean isBefore(String path) {
    return RawName.compareInWalk(path, from) < 0 && !from.startsWith(path + "/");
  }
}
