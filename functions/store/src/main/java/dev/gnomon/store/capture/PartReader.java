package dev.gnomon.store.capture;

import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Cutter;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.RawName;
import dev.gnomon.store.tree.ContentOutput;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Encoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  private record Pending(String path, FileStat stat, ContentOutput.Pending content) {}

  /// @return reference to the list of results
  ContentRef read(Path root, KnownDirectory.@Nullable Ref known) {
    try {
      directory(root, "", known);
    } catch (IOException e) {
      throw Unreadable.of(root, e);
    }
    pending.forEach(this::write);
    return list.finish().get();
  }

  private void directory(Path directory, String path, KnownDirectory.@Nullable Ref ref)
      throws IOException {
    Optional<List<String>> names;
    try {
      names = SourceWalk.names(directory);
    } catch (IOException e) {
      return;
    }
    KnownDirectory known = KnownDirectory.load(ref, session::read);
    for (String name : names.orElse(List.of())) {
      String childPath = RawName.join(path, name);
      if (isAfter(childPath)) {
        return;
      }
      if (isBefore(childPath)) {
        continue;
      }
      Path child = RawName.resolve(directory, name);
      Optional<FileStat> stat = FileStat.of(child);
      if (stat.isEmpty() || walk.leftAlone(name, stat.get()).isPresent()) {
        continue;
      }
      if (stat.get().kind() == FileStat.Kind.DIRECTORY) {
        directory(child, childPath, known.subdirectory(name));
      } else if (stat.get().kind() == FileStat.Kind.FILE) {
        file(child, childPath, name, stat.get(), known);
      }
    }
  }

  private void file(Path child, String path, String name, FileStat stat, KnownDirectory known) {
    if (RawName.compareInWalk(path, from) < 0
        || (stat.links() > 1 && !linkedInodes.add(stat.inode()))
        || known
            .unchanged(name, stat)
            .filter(file -> Contents.reuse(session, file.content()))
            .isPresent()) {
      return;
    }
    try {
      Optional<FileReading.Reading> read = reading.read(child, stat);
      if (read.isPresent() && read.get().trusted()) {
        pending.add(new Pending(path, read.get().stat(), read.get().content()));
        progress.advanced(1, stat.size());
      }
    } catch (IOException e) {
      return; // the commit meets it again, and says so
    }
    while (pending.size() > MAX_PENDING
        || (!pending.isEmpty() && pending.peek().content().isDone())) {
      write(pending.remove());
    }
  }

  private void write(Pending file) {
    PartResults.Result.of(file.path(), file.stat(), file.content().get()).encode(encoder);
    list.write(encoder.take());
  }

  private boolean isAfter(String path) {
    return before.isPresent() && RawName.compareInWalk(path, before.get()) >= 0;
  }

  /// Whether a path and everything below it come before the part.
  private boolean isBefore(String path) {
    return RawName.compareInWalk(path, from) < 0 && !from.startsWith(path + "/");
  }
}
