package dev.gnomon.store.contents;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.PointContents.Damage;
import dev.gnomon.core.shadow.PointContents.Verification;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Directory;
import dev.gnomon.store.tree.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads every chunk of a point once; only if some can't be read, walks the tree a second time for
/// all paths that need one of those. For one thread, with a deep stack.
final class VerifyWork {
  private final PointId point;
  private final Entry.DirEntry root;
  private final Contents.Blobs blobs;
  private final Progress progress;
  private final List<Damage> damaged = new ArrayList<>();
  private Map<Hash, String> unreadable = Map.of();
  private long damagedPaths;

  VerifyWork(PointId point, Entry.DirEntry root, Contents.Blobs blobs, Progress progress) {
    this.point = point;
    this.root = root;
    this.blobs = blobs;
    this.progress = progress;
  }

  Verification run() throws InterruptedException {
    ReadEveryBlob.Found found = new ReadEveryBlob(blobs, progress).along(walk -> walk.tree(root));
    unreadable = found.unreadable();
    if (!found.whole()) {
      directory("", root, 0);
    }
    progress.advanced(root.totals().files(), 0);
    return new Verification(
        point, root.totals().files(), found.chunks(), found.bytes(), damaged, damagedPaths);
  }

  private void directory(String path, Entry.DirEntry dir, int depth) {
    try {
      if (depth > Directory.MAX_DEPTH) {
        throw new BlobFault("the tree is too deep");
      }
      Directory entries = new Directory(dir.content(), blobs);
      while (entries.hasNext()) {
        Entry entry = entries.next();
        String at = RawName.join(path, entry.name());
        switch (entry) {
          case Entry.DirEntry below -> directory(at, below, depth + 1);
          case Entry.FileEntry file -> file(at, file);
          case Entry.SymlinkEntry link -> {}
          case Entry.HardLinkEntry link -> {} // told at its first name
        }
      }
    } catch (BlobFault e) {
      add(
          RawName.display(path) + "/",
          "%s; with it %d files and links are lost"
              .formatted(e.getMessage(), dir.totals().leaves()));
    }
  }

  private void file(String path, Entry.FileEntry file) {
    Contents.flaw(file.content(), blobs, unreadable)
        .ifPresent(reason -> add(RawName.display(path), reason));
  }

  private void add(String path, String reason) {
    damagedPaths++;
    if (damaged.size() < Verification.MAX_LISTED) {
      damaged.add(new Damage(path, reason));
    }
  }
}
