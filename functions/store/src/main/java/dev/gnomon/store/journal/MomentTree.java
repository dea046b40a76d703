package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Write;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.tree.ContentOutput;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Directory;
import dev.gnomon.store.tree.Encoder;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Meta;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Puts writes on the tree of a point. Directories in which nothing was written are those of the
/// point; the blobs of the whole tree count as used by the session.
///
/// A file that is there keeps its mode, owner and attributes; its time is that of the transaction,
/// unless its content did not change. A new one has the mode that the write names, or 644, and the
/// owner of its directory. Where journal and point contradict each other nothing is guessed: a file
/// and a directory of one name, a write to a symbolic link or to one of several names of a file.
final class MomentTree {
  private static final int DEFAULT_MODE = 0644;
  private static final int MODE = 0777;

  private final StoreParts store;
  private final BlobSession session;
  private final PointId point;
  private final Set<String> linked = new HashSet<>();

  MomentTree(StoreParts store, BlobSession session, PointId point) {
    this.store = store;
    this.session = session;
    this.point = point;
  }

  /// The last write to a key, and when it happened.
  record Change(Write write, Instant time) {}

  /// Changes at and below a path.
  private static final class Node {
    private @Nullable Change own;
    private final TreeMap<String, Node> below = new TreeMap<>();

    boolean puts() {
      return (own != null && own.write() instanceof Write.Put)
          || below.values().stream().anyMatch(Node::puts);
    }

    Instant newest() {
      Instant newest = own == null ? Instant.MIN : own.time();
      for (Node node : below.values()) {
        Instant one = node.newest();
        newest = one.isAfter(newest) ? one : newest;
      }
      return newest;
    }
  }

  /// @param changes by raw key
  /// @throws Refusal if the point contradicts them
  Entry.DirEntry put(Entry.DirEntry root, SortedMap<String, Change> changes) {
    use("", root.content());
    Node top = new Node();
    changes.forEach((key, change) -> {
      Node node = top;
      for (String name : key.split("/", -1)) {
        node = node.below.computeIfAbsent(name, any -> new Node());
      }
      node.own = change;
    });
    return directory("", root, root, top);
  }

  /// Counts everything below a directory as used, and finds the files with several names.
  private void use(String path, ContentRef directory) {
    use(directory, BlobSession.Kind.TREE);
    for (Directory entries = new Directory(directory, session::read); entries.hasNext(); ) {
      switch (entries.next()) {
        case Entry.DirEntry dir -> use(RawName.join(path, dir.name()), dir.content());
        case Entry.FileEntry file -> use(file.content(), BlobSession.Kind.DATA);
        case Entry.HardLinkEntry link -> linked.add(link.target());
        case Entry.SymlinkEntry link -> {}
      }
    }
  }

  private void use(ContentRef content, BlobSession.Kind kind) {
    if (!Contents.reuse(session, content)) {
      Contents.allMatch(
          content,
          session::read,
          hash -> {
            byte[] blob = session.read(hash);
            BlobSession.join(session.store(blob, blob.length, kind));
            return true;
          });
    }
  }

  /// @param like gives a new directory its mode and owner
  /// @param old empty for a new directory
  private Entry.DirEntry directory(
      String path, Entry.DirEntry like, Entry.@Nullable DirEntry old, Node node) {
    Entries entries = new Entries();
    TreeMap<String, Node> left = new TreeMap<>(node.below);
    if (old != null) {
      for (Directory before = new Directory(old.content(), session::read); before.hasNext(); ) {
        Entry next = before.next();
        while (!left.isEmpty() && left.firstKey().compareTo(next.name()) < 0) {
          Map.Entry<String, Node> added = left.pollFirstEntry();
          entries.add(false, entry(path, like, Optional.empty(), added.getKey(), added.getValue()));
        }
        Node change = left.remove(next.name());
        entries.add(
            true,
            change == null
                ? Optional.of(next)
                : entry(path, like, Optional.of(next), next.name(), change));
      }
    }
    left.forEach(
        (name, change) -> entries.add(false, entry(path, like, Optional.empty(), name, change)));
    Meta meta = like.meta();
    if (old == null) {
      meta = plain(meta, meta.mode(), node.newest());
    } else if (entries.otherNames && node.newest().isAfter(time(meta))) {
      meta = at(meta, node.newest());
    }
    return new Entry.DirEntry(
        path.substring(path.lastIndexOf('/') + 1),
        meta,
        entries.out.finish().get(),
        entries.totals);
  }

  /// The entries of one directory, as they are written.
  private final class Entries {
    private final ContentOutput out =
        new ContentOutput(session, store.cutter(), BlobSession.Kind.TREE, 0);
    private Entry.Totals totals = Entry.Totals.NONE;
    private boolean otherNames;

    void add(boolean wasThere, Optional<Entry> entry) {
      otherNames |= wasThere != entry.isPresent();
      if (entry.isPresent()) {
        out.write(Encoder.encode(entry.get()));
        totals = totals.plus(entry.get());
      }
    }
  }

  /// What stands under a name at the moment.
  private Optional<Entry> entry(
      String path, Entry.DirEntry parent, Optional<Entry> before, String name, Node node) {
    String at = RawName.join(path, name);
    if (node.own != null && node.own.write() instanceof Write.Put put) {
      boolean below = node.below.values().stream().anyMatch(Node::puts);
      if (below) {
        throw contradiction(at, "the journal has a file and files below it");
      }
      if (before.isPresent() && before.get() instanceof Entry.DirEntry dir) {
        Entry.DirEntry left = directory(at, dir, dir, node);
        if (left.totals().leaves() > 0) {
          throw contradiction(at, "the point has a directory where the journal has a file");
        }
        return Optional.of(file(parent, Optional.empty(), at, put, node.own.time()));
      }
      return Optional.of(file(parent, before, at, put, node.own.time()));
    }
    boolean deleted = node.own != null;
    boolean puts = node.puts();
    if (before.isEmpty()) {
      return puts ? Optional.of(directory(at, parent, null, node)) : Optional.empty();
    }
    return switch (before.get()) {
      case Entry.DirEntry dir -> Optional.of(directory(at, dir, dir, node));
      case Entry.FileEntry file -> {
        if (!deleted && puts) {
          throw contradiction(at, "the point has a file where the journal has a directory");
        }
        if (deleted && linked.contains(at)) {
          throw contradiction(at, "the file has other names too");
        }
        if (!deleted) {
          yield before;
        }
        yield puts ? Optional.of(directory(at, parent, null, node)) : Optional.empty();
      }
      case Entry.HardLinkEntry link -> {
        if (!deleted && puts) {
          throw contradiction(at, "the point has a file where the journal has a directory");
        }
        if (!deleted) {
          yield before;
        }
        yield puts ? Optional.of(directory(at, parent, null, node)) : Optional.empty();
      }
      case Entry.SymlinkEntry link -> {
        if (deleted || puts) {
          throw contradiction(at, "the point has a symbolic link there");
        }
        yield before;
      }
    };
  }

  private Entry file(
      Entry.DirEntry parent, Optional<Entry> before, String at, Write.Put put, Instant time) {
    String name = at.substring(at.lastIndexOf('/') + 1);
    ContentRef content = content(put);
    if (before.isEmpty()) {
      int mode = mode(put.metadata());
      return new Entry.FileEntry(name, plain(parent.meta(), mode, time), content);
    }
    return switch (before.get()) {
      case Entry.FileEntry file -> {
        if (file.content().equals(content)) {
          yield file;
        }
        if (linked.contains(at)) {
          throw contradiction(at, "the file has other names too");
        }
        yield new Entry.FileEntry(name, at(file.meta(), time), content);
      }
      case Entry.HardLinkEntry link -> throw contradiction(at, "the file has other names too");
      case Entry.SymlinkEntry link ->
          throw contradiction(at, "the point has a symbolic link there");
      case Entry.DirEntry dir -> throw new IllegalStateException("looked at before: " + at);
    };
  }

  private ContentRef content(Write.Put put) {
    return switch (put.content()) {
      case Content.Inline inline -> {
        ContentOutput out =
            new ContentOutput(session, store.cutter(), BlobSession.Kind.DATA, inline.size());
        out.write(inline.bytes());
        yield out.finish().get();
      }
      case Content.Stored stored -> {
        ContentRef ref = TransactionCodec.ref(stored);
        use(ref, BlobSession.Kind.DATA);
        yield ref;
      }
      case Content.InSource left ->
          throw contradiction(put.key().raw(), "the journal refers to a version of a bucket");
    };
  }

  private static int mode(Map<String, String> metadata) {
    String text = metadata.getOrDefault(DirectoryTarget.MODE, "");
    return text.matches("[0-7]{1,6}") ? Integer.parseInt(text, 8) & MODE : DEFAULT_MODE;
  }

  private static Meta plain(Meta owner, int mode, Instant time) {
    return new Meta(
        mode,
        owner.uid(),
        owner.gid(),
        time.getEpochSecond(),
        time.getNano(),
        Collections.emptySortedMap());
  }

  private static Meta at(Meta meta, Instant time) {
    return new Meta(
        meta.mode(),
        meta.uid(),
        meta.gid(),
        time.getEpochSecond(),
        time.getNano(),
        meta.attributes());
  }

  private static Instant time(Meta meta) {
    return Instant.ofEpochSecond(meta.mtimeSeconds(), meta.mtimeNanos());
  }

  private Refusal contradiction(String at, String why) {
    return new Refusal(
        "the journal can't be put on %s, they contradict each other at '%s': %s"
            .formatted(point, Keys.display(new Key(at)), why));
  }
}
