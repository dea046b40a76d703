package dev.gnomon.store.restore;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.FileStat.Kind;
import dev.gnomon.store.files.LeftAlone;
import dev.gnomon.store.files.PartPlan;
import dev.gnomon.store.files.TooManyAttributesException;
import dev.gnomon.store.tree.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds out what a restore would do, and changes nothing.
final class PlanWork implements Lockstep.Visitor {
  private static final int MAX_EXAMPLES = 20;
  private static final int MAX_EXAMPLES_OF_A_KIND = 7;

  private final LinkedFiles linked;
  private final PointId point;
  private final BlobReader reader;
  private final FileContents contents;
  private final OrderedTasks tasks;
  private final Progress progress;
  private final long device;
  private final PartPlan parts;
  private final boolean trustStat;
  private final Touched touched = new Touched();
  private final Map<FileKey, String> named = new HashMap<>();
  private final List<String> writes = new ArrayList<>();
  private final List<String> deletes = new ArrayList<>();
  private final List<String> metas = new ArrayList<>();
  private final List<String> impossible = new ArrayList<>();
  private long filesToWrite;
  private long bytesToWrite;
  private long filesToDelete;
  private long metadataToSet;
  private long filesPresent;

  /// @param root of the target
  PlanWork(
      EntryAt root,
      PointId point,
      BlobReader reader,
      FileContents contents,
      OrderedTasks tasks,
      Progress progress,
      long device,
      long partBytes,
      boolean trustStat) {
    this.linked = new LinkedFiles(root);
    this.point = point;
    this.reader = reader;
    this.contents = contents;
    this.tasks = tasks;
    this.progress = progress;
    this.device = device;
    this.parts = new PartPlan(partBytes);
    this.trustStat = trustStat;
  }

  private record FileKey(long device, long inode) {}

  /// Where something is to be done; valid once all is planned.
  Touched touched() {
    return touched;
  }

  private enum Difference {
    NONE,
    METADATA,
    /// Metadata that can't be made right.
    BEYOND,
    CONTENT
  }

  RestorePlan plan(long filesInPoint) {
    List<String> examples = new ArrayList<>(writes);
    examples.addAll(deletes);
    examples.addAll(metas);
    boolean nothing = filesToWrite + filesToDelete + metadataToSet == 0;
    return new RestorePlan(
        filesToWrite,
        bytesToWrite,
        filesToDelete,
        metadataToSet,
        filesPresent,
        filesInPoint,
        impossible,
        examples.subList(0, Math.min(examples.size(), MAX_EXAMPLES)),
        nothing ? List.of() : parts.finish());
  }

  @Override
  public boolean enter(String path, EntryAt at, Entry.DirEntry dir, Optional<FileStat> found) {
    if (found.isPresent() && found.get().kind() == Kind.DIRECTORY) {
      directory(path, () -> difference(at, dir, found.get()));
      return true;
    }
    if (found.isPresent()) {
      extra(path, at, found.get());
    }
    directory(path, () -> Difference.METADATA);
    return false;
  }

  private void directory(String path, RestoreWork.Step<Difference> step) {
    tasks.submit(
        () -> attempt(path, step),
        difference -> {
          if (difference != Difference.NONE) {
            touched.directory(path);
          }
          count(path, 0, difference);
        });
  }

  @Override
  public void leftAlone(String path, EntryAt at, FileStat found) {
    if (at.name().startsWith(LeftAlone.TEMPORARY)) {
      tasks.inOrder(() -> touched.entry(path)); // the end of a restore takes it away
    }
  }

  @Override
  public void leave(String path, EntryAt at, Entry.DirEntry dir) {}

  @Override
  public void entry(String path, EntryAt at, Entry entry, Optional<FileStat> found) {
    if (found.isPresent()) {
      if (found.get().kind() == Kind.DIRECTORY) {
        extra(path, at, found.get());
      } else {
        filesPresent++;
      }
    }
    switch (entry) {
      case Entry.FileEntry file -> file(path, at, file, found);
      case Entry.SymlinkEntry link -> check(path, 0, () -> difference(at, link, found));
      case Entry.HardLinkEntry link -> check(path, 0, () -> difference(link, found));
      case Entry.DirEntry dir -> throw new IllegalStateException("directories are entered");
    }
  }

  @Override
  public void extra(String path, EntryAt at, FileStat found) {
    if (found.kind() == Kind.DIRECTORY) {
      try {
        for (String name : at.names()) {
          EntryAt child = at.child(name);
          Optional<FileStat> stat = child.stat();
          if (stat.isPresent() && LeftAlone.reason(name, stat.get(), device).isEmpty()) {
            extra(RawName.join(path, name), child, stat.get());
          }
        }
      } catch (IOException e) {
        throw failed(path, e);
      }
      tasks.inOrder(() -> count(path, 0, Difference.METADATA));
    } else {
      filesPresent++;
      tasks.inOrder(() -> {
        touched.entry(path);
        filesToDelete++;
        example(deletes, "delete ", path);
        parts.add(path, 0);
      });
    }
  }

  @Override
  public void unreadable(String path, EntryAt at, IOException cause) {
    directory(path, () -> Difference.METADATA);
  }

  private void file(String path, EntryAt at, Entry.FileEntry file, Optional<FileStat> found) {
    long size = file.content().size();
    boolean there = found.isPresent() && found.get().kind() == Kind.FILE;
    boolean linked = there && found.get().links() > 1;
    if (linked
        && named.putIfAbsent(new FileKey(found.get().device(), found.get().inode()), path)
            != null) {
      progress.advanced(1, size);
      tasks.inOrder(() -> count(path, size, Difference.CONTENT, true)); // a wrong link
    } else if (there
        && trustStat
        && found.get().size() == size
        && file.meta().matches(found.get())) {
      progress.advanced(1, size);
    } else if (!there) {
      progress.advanced(1, size);
      tasks.inOrder(() -> count(path, size, Difference.CONTENT));
    } else {
      tasks.submit(
          () -> attempt(path, () -> difference(at, file, found)),
          difference -> count(path, size, difference, linked));
    }
  }

  private Difference difference(EntryAt at, Entry.FileEntry file, Optional<FileStat> found)
      throws IOException {
    progress.advanced(1, file.content().size());
    if (found.isEmpty() || found.get().kind() != Kind.FILE) {
      return Difference.CONTENT;
    }
    try {
      FileContents.Found content = contents.sameRemembered(at, found.get(), file.content(), reader);
      if (content == FileContents.Found.DIFFERENT) {
        return Difference.CONTENT;
      }
      return RestoreWork.metaMatches(at, file.meta(), found.get(), content)
          ? Difference.NONE
          : Difference.METADATA;
    } catch (IOException e) { // it will be moved aside
      return Difference.CONTENT;
    }
  }

  private Difference difference(EntryAt at, Entry.DirEntry dir, FileStat found) throws IOException {
    try {
      if (RestoreWork.metaMatches(at, Kind.DIRECTORY, dir.meta(), found, !trustStat)) {
        return Difference.NONE;
      }
      var unused = at.attributes(Kind.DIRECTORY);
      return Difference.METADATA;
    } catch (TooManyAttributesException e) { // it stays, with more than any point can keep
      return Difference.BEYOND;
    } catch (IOException e) { // a fault that the restore may not meet
      return Difference.METADATA;
    }
  }

  private static Difference difference(
      EntryAt at, Entry.SymlinkEntry link, Optional<FileStat> found) throws IOException {
    if (found.isEmpty()
        || found.get().kind() != Kind.SYMLINK
        || !at.target().equals(link.target())) {
      return Difference.CONTENT;
    }
    try {
      return RestoreWork.metaMatches(at, Kind.SYMLINK, link.meta(), found.get(), true)
          ? Difference.NONE
          : Difference.METADATA;
    } catch (IOException e) { // it will be moved aside
      return Difference.CONTENT;
    }
  }

  private Difference difference(Entry.HardLinkEntry link, Optional<FileStat> found)
      throws IOException {
    if (found.isEmpty()) {
      return Difference.CONTENT;
    }
    boolean same =
        linked.find(link).filter(first -> first.stat().inode() == found.get().inode()).isPresent();
    return same ? Difference.NONE : Difference.CONTENT;
  }

  private void check(String path, long size, RestoreWork.Step<Difference> step) {
    tasks.submit(() -> attempt(path, step), difference -> count(path, size, difference));
  }

  private Difference attempt(String path, RestoreWork.Step<Difference> step) {
    try {
      return step.run();
    } catch (BlobFault e) {
      throw Lockstep.damaged(point, path, e);
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  private void count(String path, long size, Difference difference) {
    count(path, size, difference, false);
  }

  /// @param linked whether the file that is there has further names: it is written as a new one,
  ///   and they, wherever they are, become names of that
  private void count(String path, long size, Difference difference, boolean linked) {
    if (difference != Difference.NONE) {
      if (linked) {
        touched.everything();
      } else {
        touched.entry(path);
      }
    }
    switch (difference) {
      case NONE -> {}
      case METADATA -> metadata(path);
      case BEYOND -> {
        metadata(path);
        if (impossible.size() < MAX_EXAMPLES) {
          impossible.add(
              (path.isEmpty() ? shown(path) : "'" + shown(path) + "'")
                  + " has more extended attributes than any point can keep: take some away first");
        }
      }
      case CONTENT -> {
        filesToWrite++;
        bytesToWrite += size;
        example(writes, "write ", path);
        parts.add(path, size);
      }
    }
  }

  private void metadata(String path) {
    metadataToSet++;
    example(metas, "set metadata of ", path);
    parts.add(path, 0);
  }

  private static void example(List<String> examples, String what, String path) {
    if (examples.size() < MAX_EXAMPLES_OF_A_KIND) {
      examples.add(what + shown(path));
    }
  }

  private static String shown(String path) {
    return path.isEmpty() ? "the top directory" : RawName.display(path);
  }

  private static UncheckedIOException failed(String path, IOException e) {
    return new UncheckedIOException("looking at '" + RawName.display(path) + "' failed: " + e, e);
  }
}
