package dev.gnomon.filesystem.mirror;

import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.FileContent;
import dev.gnomon.linux.Linux;
import dev.gnomon.linux.RawName;
import dev.gnomon.linux.Stat;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// [TreeMirror] of two directories on Linux. What an entry of the source must be like to be brought
/// over is what a point keeps: files, directories and symbolic links of its own file system.
///
/// Neither directory is held open between calls, so both can be unmounted.
public final class DirectoryMirror implements TreeMirror {
  /// Begins the name of a file that is being written; restores use the same, and captures leave it
  /// out.
  static final String TEMPORARY = ".gnomon-tmp-";

  /// Directory for what a restore could not read and moved aside.
  static final String ASIDE = ".gnomon-aside";

  private final Path source;
  private final Path target;
  private final Known known;
  private final LinkedNames linked = new LinkedNames();
  private final Workers workers = new Workers();
  private final FileCopy copy;
  private final Stat sourceThen;
  private final Stat targetThen;
  private final String mark = TEMPORARY + UUID.randomUUID() + "-";
  private final AtomicLong temporaries = new AtomicLong();
  private long files;
  private Optional<Long> met = Optional.empty();
  private boolean abandoned;

  private DirectoryMirror(Clock clock, Path source, Path target, Path memory) throws IOException {
    this.source = source;
    this.target = target;
    this.sourceThen = look(source);
    this.targetThen = look(target);
    this.known = Known.open(memory);
    this.copy = new FileCopy(known, clock, () -> mark + temporaries.incrementAndGet());
  }

  /// Mirrors, where this system has the calls for them.
  public static TreeMirror.Mirrors mirrors(Clock clock) {
    return (source, target, memory) -> {
      if (!Linux.isAvailable()) {
        throw new IOException(
            "a replica can be kept up to date by itself only on 64-bit Linux, with native access");
      }
      return new DirectoryMirror(clock, source, target, memory);
    };
  }

  private Stat look(Path directory) throws IOException {
    int open = Descriptors.openDirectory(directory);
    try {
      return Stat.of(open, RawName.ofAbsolute(directory));
    } finally {
      Descriptors.close(open);
    }
  }

  @Override
  public Brought everything(Depth depth, Control control) throws IOException {
    met = Optional.empty();
    try (Pair top = open()) {
      known.begin();
      linked.clear();
      Round round = new Round(tools(), top, depth, control, true);
      Brought brought = round.everything();
      if (brought.finished()) {
        files = brought.files();
        met = Optional.of(files);
        known.end(round.met());
      }
      return brought;
    }
  }

  @Override
  public Brought changed(List<Change> changes, Control control) throws IOException {
    if (changes.contains(Change.EVERYTHING)) {
      return everything(Depth.STATS, control);
    }
    try (Pair top = open()) {
      Brought brought =
          new Round(tools(), top, Depth.STATS, control, false).changed(changes, files);
      files = brought.files();
      return brought;
    }
  }

  @Override
  public Optional<Long> met() {
    return met;
  }

  private Round.Tools tools() {
    return new Round.Tools(
        known,
        linked,
        workers,
        copy,
        mark,
        sourceThen.device(),
        targetThen.device(),
        targetThen.inode());
  }

  /// Both top directories, if they are still the ones that this mirror was opened for.
  private Pair open() throws IOException {
    int from = Descriptors.openDirectory(source);
    try {
      require(source, sourceThen, Stat.of(from, RawName.ofAbsolute(source)));
      int to = Descriptors.openDirectory(target);
      try {
        require(target, targetThen, Stat.of(to, RawName.ofAbsolute(target)));
        return new Pair(from, to);
      } catch (IOException e) {
        Descriptors.close(to);
        throw e;
      }
    } catch (IOException e) {
      Descriptors.close(from);
      throw e;
    }
  }

  private static void require(Path path, Stat then, Stat now) throws IOException {
    if (then.device() != now.device() || then.inode() != now.inode()) {
      throw new IOException(
          "another directory stands at %s than before: inode %d, not %d"
              .formatted(path, now.inode(), then.inode()));
    }
  }

  @Override
  public void close() throws IOException {
    if (abandoned) {
      return;
    }
    workers.close();
    try {
      int open = Descriptors.openDirectory(target);
      try {
        FileContent.sync(open, RawName.ofAbsolute(target));
      } finally {
        Descriptors.close(open);
      }
      known.closeDurably();
    } finally {
      known.close();
    }
  }

  /// Ends without making anything durable; for a short command.
  public void abandon() {
    abandoned = true;
    workers.close();
    known.close();
  }
}
