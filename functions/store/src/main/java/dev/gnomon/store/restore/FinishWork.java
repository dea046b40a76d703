package dev.gnomon.store.restore;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.FileStat.Kind;
import dev.gnomon.store.files.LeftAlone;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Meta;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The last pass of a restore, over names and stats: hard links as the point has them and no
/// others, metadata that later work changed, leftovers of killed runs, and directories' own modes
/// and times, bottom-up.
final class FinishWork extends RestoreWork {
  private static final int MAX_KEPT = 100_000;

  private final LinkedFiles linked;
  private final boolean attributes;
  private final Set<FileKey> named = new HashSet<>();
  private final Set<FileKey> standing = new HashSet<>();
  private final Map<Content, Boolean> kept =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Content, Boolean> eldest) {
          return size() > MAX_KEPT;
        }
      };

  /// @param attributes whether extended attributes of files may differ by now
  FinishWork(
      PointId point,
      BlobReader reader,
      EntryWriter writer,
      FileContents contents,
      OrderedTasks tasks,
      long device,
      EntryAt root,
      boolean attributes) {
    super(point, reader, writer, contents, tasks, Progress.NONE, device, false);
    this.linked = new LinkedFiles(root);
    this.attributes = attributes;
  }

  private record FileKey(long device, long inode) {}

  /// What all names of a file lead to, for as long as nobody writes to it.
  private record Content(FileKey file, long size, long mtimeNanos) {}

  @Override
  public void entry(String path, EntryAt at, Entry entry, Optional<FileStat> found) {
    attempt(
        path,
        () -> {
          Optional<FileStat> now = leaveToRename(path, at, found);
          return switch (entry) {
            case Entry.FileEntry file -> finishFile(path, at, file, now);
            case Entry.SymlinkEntry link -> symlink(path, at, link, now);
            case Entry.HardLinkEntry link -> hardLink(path, at, link, now);
            case Entry.DirEntry dir -> throw new IllegalStateException("directories are entered");
          };
        });
  }

  @Override
  public void leave(String path, EntryAt at, Entry.DirEntry dir) {
    attempt(
        path,
        () -> {
          if (writer.meta(at, Kind.DIRECTORY, dir.meta())) {
            metadataSet.incrementAndGet();
          }
          return true;
        });
  }

  @Override
  public void leftAlone(String path, EntryAt at, FileStat found) {
    if (found.kind() != Kind.DIRECTORY && at.name().startsWith(LeftAlone.TEMPORARY)) {
      attempt(path, at::remove);
    }
  }

  private boolean finishFile(
      String path, EntryAt at, Entry.FileEntry file, Optional<FileStat> found) throws IOException {
    boolean there =
        found.isPresent()
            && found.get().kind() == Kind.FILE
            && found.get().size() == file.content().size();
    boolean severalNames = there && found.get().links() > 1;
    boolean ofAnother = severalNames && !named.add(key(found.get()));
    boolean metaDiffers = there && metaDiffers(at, file.meta(), found.get());
    if (!there || ofAnother || (metaDiffers && severalNames)) {
      if (found.isPresent()) {
        spareOnce(path, at, found.get());
      }
      write(at, file);
    } else if (metaDiffers) {
      setMeta(path, at, file);
    } else if (severalNames) {
      standing.add(key(found.get()));
    }
    return true;
  }

  /// Spares what is about to lose a name. A file with several is read once, whatever becomes of
  /// them, and not at all where it keeps one of the point's.
  private void spareOnce(String path, EntryAt at, FileStat found) throws IOException {
    if (standing.contains(key(found))) {
      return;
    }
    Content content = new Content(key(found), found.size(), found.mtimeNanos());
    @Nullable Boolean known = kept.get(content);
    if (known == null) {
      boolean keepable = spare(path, at, found).isPresent();
      if (found.kind() == Kind.FILE && found.links() > 1) {
        kept.put(content, keepable);
      }
    } else if (!known) {
      aside(path, at);
    }
  }

  private boolean metaDiffers(EntryAt at, Meta meta, FileStat found) throws IOException {
    try {
      return !metaMatches(at, Kind.FILE, meta, found, attributes);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) { // such as no point can keep
      return true;
    }
  }

  /// The content stays: of what is there only attributes may get lost.
  private void setMeta(String path, EntryAt at, Entry.FileEntry file) throws IOException {
    try {
      SortedMap<String, byte[]> ignored = at.attributes(Kind.FILE);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      aside(path, at);
      write(at, file);
      return;
    }
    writer.meta(at, Kind.FILE, file.meta());
    metadataSet.incrementAndGet();
  }

  private boolean hardLink(
      String path, EntryAt at, Entry.HardLinkEntry link, Optional<FileStat> found)
      throws IOException {
    LinkedFiles.First first =
        linked
            .find(link)
            .orElseThrow(() ->
                new BlobFault(
                    "it is a hard link to '%s', which is no regular file of the point"
                        .formatted(RawName.display(link.target()))));
    if (found.isEmpty() || found.get().inode() != first.stat().inode()) {
      if (found.isPresent()) {
        spareOnce(path, at, found.get());
      }
      writer.hardLink(at, first.at());
      countLink();
    }
    return true;
  }

  private static FileKey key(FileStat stat) {
    return new FileKey(stat.device(), stat.inode());
  }
}
