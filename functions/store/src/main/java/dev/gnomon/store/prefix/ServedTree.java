package dev.gnomon.store.prefix;

import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.BucketWriter;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Directory;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Lookup;
import dev.gnomon.store.tree.Meta;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// The files of a directory as objects: every name of a file is one, with its mode, owner and time
/// as metadata. It enters a directory only if it differs from that of the point before, unless
/// there are hard links: a name may stand in a directory that is as it was, and its file elsewhere.
///
/// Memory: the entries of the largest directory on each level of one path. With a deep stack.
final class ServedTree implements Wanted {
  private static final int FILE_TYPE = 0100000;

  private final Entry.DirEntry now;
  private final Optional<Entry.DirEntry> before;
  private final boolean hardLinks;
  private final Contents.Blobs blobs;
  private final int prefixBytes;
  private final Function<String, Optional<String>> obstacle;

  /// @param before what the place is known to serve; empty if nothing is
  /// @param hardLinks whether the tree before has any
  /// @param prefixBytes length of the place's prefix
  /// @param obstacle why a key can't be named by the client
  ServedTree(
      Entry.DirEntry now,
      Optional<Entry.DirEntry> before,
      boolean hardLinks,
      Contents.Blobs blobs,
      int prefixBytes,
      Function<String, Optional<String>> obstacle) {
    this.now = now;
    this.before = before;
    this.hardLinks = hardLinks;
    this.blobs = blobs;
    this.prefixBytes = prefixBytes;
    this.obstacle = obstacle;
  }

  @Override
  public void each(Visitor visitor) {
    new Walk(visitor).pair("", "", before, Optional.of(now), 0);
  }

  /// An entry under the key that it sorts by: that of a directory ends in a slash, as the keys
  /// below it go on.
  private record Child(String sortKey, Entry entry) {}

  private final class Walk {
    private final Visitor visitor;
    private final Lookup filesNow = new Lookup(now, blobs);
    private final Optional<Lookup> filesBefore = before.map(root -> new Lookup(root, blobs));

    Walk(Visitor visitor) {
      this.visitor = visitor;
    }

    /// @param path raw, of two directories
    void pair(
        String path,
        String key,
        Optional<Entry.DirEntry> was,
        Optional<Entry.DirEntry> is,
        int depth) {
      if (depth > Directory.MAX_DEPTH) {
        throw new BlobFault("its tree is too deep");
      }
      if (!hardLinks
          && was.isPresent()
          && is.isPresent()
          && was.get().content().equals(is.get().content())) {
        return;
      }
      List<Child> old = children(was, path.isEmpty());
      List<Child> fresh = children(is, path.isEmpty());
      empty(path, was, old, false);
      empty(path, is, fresh, true);
      int i = 0;
      int j = 0;
      while (i < old.size() || j < fresh.size()) {
        int order =
            i == old.size()
                ? 1
                : j == fresh.size() ? -1 : old.get(i).sortKey().compareTo(fresh.get(j).sortKey());
        Optional<Child> left = order <= 0 ? Optional.of(old.get(i++)) : Optional.empty();
        Optional<Child> right = order >= 0 ? Optional.of(fresh.get(j++)) : Optional.empty();
        Child one = right.or(() -> left).orElseThrow();
        String at = RawName.join(path, one.entry().name());
        String below = key + one.sortKey();
        if (one.entry() instanceof Entry.DirEntry) {
          pair(at, below, left.map(Walk::directory), right.map(Walk::directory), depth + 1);
        } else {
          leaf(at, below, left.map(Child::entry), right.map(Child::entry));
        }
      }
    }

    private void empty(
        String path, Optional<Entry.DirEntry> dir, List<Child> children, boolean present) {
      if (dir.isPresent() && children.isEmpty() && !path.isEmpty()) {
        visitor.notServed(path, "an empty directory", present);
      }
    }

    private static Entry.DirEntry directory(Child child) {
      return (Entry.DirEntry) child.entry();
    }

    private void leaf(String path, String key, Optional<Entry> was, Optional<Entry> is) {
      Optional<ObjectEntry> old = was.flatMap(entry -> served(path, key, entry, false));
      Optional<ObjectEntry> fresh = is.flatMap(entry -> served(path, key, entry, true));
      if (fresh.isEmpty()) {
        old.ifPresent(gone -> visitor.gone(key));
      } else if (!fresh.equals(old)) {
        visitor.object(fresh.get());
      }
    }

    private Optional<ObjectEntry> served(String path, String key, Entry entry, boolean present) {
      Optional<String> why = ServedKeys.obstacle(key, prefixBytes);
      if (why.isEmpty()) {
        why = obstacle.apply(Keys.text(key));
      }
      Optional<Entry.FileEntry> file = Optional.empty();
      switch (entry) {
        case Entry.SymlinkEntry link -> why = Optional.of("a symbolic link");
        case Entry.FileEntry it -> file = Optional.of(it);
        case Entry.HardLinkEntry link -> {
          visitor.hardLink(present);
          file = Optional.of(target(link, present));
        }
        case Entry.DirEntry dir -> throw new IllegalArgumentException("a directory is no leaf");
      }
      if (why.isEmpty()
          && file.map(it -> it.content().size()).orElse(0L) > BucketWriter.LARGEST_PUT_BYTES) {
        why = Optional.of("longer than what can be uploaded");
      }
      if (why.isPresent()) {
        visitor.notServed(path, why.get(), present);
        return Optional.empty();
      }
      return file.map(it -> object(key, it.meta(), it.content()));
    }

    private Entry.FileEntry target(Entry.HardLinkEntry link, boolean present) {
      Lookup files = present ? filesNow : filesBefore.orElseThrow();
      return files
          .file(link)
          .orElseThrow(() ->
              new BlobFault(
                  "it is another name of '%s', which is no file"
                      .formatted(RawName.display(link.target()))));
    }
  }

  private List<Child> children(Optional<Entry.DirEntry> dir, boolean top) {
    List<Child> children = new ArrayList<>();
    if (dir.isPresent()) {
      Directory entries = new Directory(dir.get().content(), blobs);
      while (entries.hasNext()) {
        Entry entry = entries.next();
        String segment = ServedKeys.segment(entry.name(), top);
        children.add(new Child(entry instanceof Entry.DirEntry ? segment + "/" : segment, entry));
      }
      children.sort(Comparator.comparing(Child::sortKey));
    }
    return children;
  }

  private static ObjectEntry object(String key, Meta meta, ContentRef content) {
    TreeMap<String, String> metadata = new TreeMap<>();
    metadata.put("mtime", time(meta));
    metadata.put("mode", Integer.toOctalString(FILE_TYPE | meta.mode()));
    metadata.put("uid", Integer.toUnsignedString(meta.uid()));
    metadata.put("gid", Integer.toUnsignedString(meta.gid()));
    return new ObjectEntry(
        key,
        content.size(),
        "",
        0,
        false,
        "",
        new Attributes(new TreeMap<>(), metadata, new TreeMap<>()),
        new Kept.Bytes(content, false));
  }

  /// Seconds with nine decimals, as rclone writes and reads them.
  private static String time(Meta meta) {
    return BigDecimal.valueOf(meta.mtimeSeconds())
        .add(BigDecimal.valueOf(meta.mtimeNanos(), 9))
        .setScale(9)
        .toPlainString();
  }
}
