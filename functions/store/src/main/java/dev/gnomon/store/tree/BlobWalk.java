package dev.gnomon.store.tree;

import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.tree.Hints.Hint;
import java.util.Iterator;

/// Meets every blob that trees and other content need. Subtrees that it met before, in this tree or
/// an earlier one, it does not enter again. For one thread, one with a deep stack.
public final class BlobWalk {
  private static final int TREE = 't';
  private static final int HINTS = 'h';

  private final Contents.Blobs blobs;
  private final Visitor visitor;
  private final Visited visited;

  public BlobWalk(Contents.Blobs blobs, Visitor visitor) {
    this(blobs, visitor, Visited.inMemory());
  }

  /// @param blobs reads the blobs of trees
  /// @param visited the trees that are not to be entered again
  public BlobWalk(Contents.Blobs blobs, Visitor visitor, Visited visited) {
    this.blobs = blobs;
    this.visitor = visitor;
    this.visited = visited;
  }

  /// Told of each blob, possibly more than once.
  public interface Visitor {
    /// @param path raw path of the file or directory that needs the blob
    void blob(String path, Hash hash);

    /// A blob that only helps: what recognises unchanged files. Nothing is lost with it.
    default void hint(Hash hash) {
      blob("", hash);
    }

    /// @param path of the file or directory that could not be read
    void fault(String path, BlobFault fault);
  }

  public void tree(Entry.DirEntry root) {
    directory("", root.content(), 0);
  }

  /// Content that holds no references to other content.
  public void content(String path, ContentRef content) {
    try {
      each(path, content);
    } catch (BlobFault e) {
      visitor.fault(path, e);
    }
  }

  /// Reads the blobs of content that the caller knows to hold references to other content.
  public Contents.Blobs blobs() {
    return blobs;
  }

  /// Whether content that holds references is to be read: it was not met before.
  ///
  /// @param kind tells contents apart that would be read differently; not `t` or `h`
  public boolean enters(char kind, ContentRef content) {
    return visited.add(key(kind, content));
  }

  /// Tells that something at a path can't be read.
  public void fault(String path, BlobFault fault) {
    visitor.fault(path, fault);
  }

  /// Everything that recognises unchanged files; only a help, so faults in it do not matter.
  public void hints(ContentRef hints) {
    hints(hints, 0);
  }

  private void hints(ContentRef hints, int depth) {
    if (depth > Directory.MAX_DEPTH) {
      return;
    }
    try {
      Contents.allMatch(
          hints,
          blobs,
          hash -> {
            visitor.hint(hash);
            return true;
          });
      if (visited.add(key(HINTS, hints))) {
        Iterator<Hint> each = Hints.read(hints, blobs);
        while (each.hasNext()) {
          if (each.next() instanceof Hint.OfDirectory below) {
            hints(below.hints(), depth + 1);
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
      if (!visited.add(key(TREE, content))) {
        return;
      }
      Directory entries = new Directory(content, blobs);
      while (entries.hasNext()) {
        switch (entries.next()) {
          case Entry.DirEntry dir ->
              directory(RawName.join(path, dir.name()), dir.content(), depth + 1);
          case Entry.FileEntry file -> content(RawName.join(path, file.name()), file.content());
          case Entry.SymlinkEntry link -> {}
          case Entry.HardLinkEntry link -> {}
        }
      }
    } catch (BlobFault e) {
      visitor.fault(path, e);
    }
  }

  /// Hints are read by other rules than trees, so equal bytes of both are two different things.
  private static Hash key(int kind, ContentRef content) {
    return Hash.of(new Encoder().number(kind).content(content).take());
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
