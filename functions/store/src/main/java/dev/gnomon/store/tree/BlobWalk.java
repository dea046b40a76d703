package dev.gnomon.store.tree;

import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.files.RawName;
import dev.gnomon.store.tree.Hints.Hint;
import java.util.HashSet;
import java.util.Set;

/// Meets every blob that trees need. Subtrees that it met before, in this tree or an earlier one,
/// it does not enter again.
public final class BlobWalk {
  private final Contents.Blobs blobs;
  private final Visitor visitor;
  private final Set<ContentRef> met = new HashSet<>();

  public BlobWalk(Contents.Blobs blobs, Visitor visitor) {
    this.blobs = blobs;
    this.visitor = visitor;
  }

  /// Told of each blob, possibly more than once.
  public interface Visitor {
    /// @param path raw path of the file or directory that needs the blob
    void blob(String path, Hash hash);

    /// @param path of the file or directory that could not be read
    void fault(String path, BlobFault fault);
  }

  public void tree(Entry.DirEntry root) {
    directory("", root.content(), 0);
  }

  /// Everything that recognises unchanged files; only a help, so faults in it do not matter.
  public void hints(ContentRef hints) {
    try {
      each("", hints);
      if (met.add(hints)) {
        for (Hint hint : Hints.read(hints, blobs)) {
          if (hint instanceof Hint.OfDirectory below) {
            hints(below.hints());
          }
        }
      }
    } catch (BlobFault e) {
      return;
    }
  }

  private void directory(String path, ContentRef content, int depth) {
    try {
      if (depth > Directory.MAX_DEPTH) {
        throw new BlobFault("the tree is too deep");
      }
      each(path, content);
      if (!met.add(content)) {
        return;
      }
      Directory entries = new Directory(content, blobs);
      while (entries.hasNext()) {
        switch (entries.next()) {
          case Entry.DirEntry dir ->
              directory(RawName.join(path, dir.name()), dir.content(), depth + 1);
          case Entry.FileEntry file -> file(RawName.join(path, file.name()), file.content());
          case Entry.SymlinkEntry link -> {}
          case Entry.HardLinkEntry link -> {}
        }
      }
    } catch (BlobFault e) {
      visitor.fault(path, e);
    }
  }

  private void file(String path, ContentRef content) {
    try {
      each(path, content);
    } catch (BlobFault e) {
      visitor.fault(path, e);
    }
  }

  private void each(String path, ContentRef content) {
    Contents.allMatch(
        content,
        blobs,
        hash -> {
          visitor.blob(path, hash);
          return true;
        });
  }
}
