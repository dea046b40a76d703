package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Write;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Directory;
import dev.gnomon.store.tree.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/// The regular files of a point as values: the key is the path, in the order of its bytes. Links
/// and empty directories are no values.
record PointValues(Entry.DirEntry root, Contents.Blobs blobs) implements Iterable<Write.Put> {
  private static final int MODE = 0777;

  /// An entry with its path. A directory stands where the keys below it stand.
  private record At(String path, Entry entry) {
    String order() {
      return entry instanceof Entry.DirEntry ? path + "/" : path;
    }
  }

  @Override
  public Iterator<Write.Put> iterator() {
    Deque<Iterator<At>> open = new ArrayDeque<>();
    open.push(entries("", root.content()));
    return new Iterator<>() {
      private Optional<Write.Put> next = advance(open);

      @Override
      public boolean hasNext() {
        return next.isPresent();
      }

      @Override
      public Write.Put next() {
        Write.Put value = next.orElseThrow(NoSuchElementException::new);
        next = advance(open);
        return value;
      }
    };
  }

  private Optional<Write.Put> advance(Deque<Iterator<At>> open) {
    while (!open.isEmpty()) {
      if (!open.peek().hasNext()) {
        open.pop();
        continue;
      }
      At at = open.peek().next();
      switch (at.entry()) {
        case Entry.DirEntry dir -> open.push(entries(at.path(), dir.content()));
        case Entry.FileEntry file -> {
          return Optional.of(value(at.path(), file));
        }
        case Entry.HardLinkEntry link -> {
          return Optional.of(value(at.path(), file(link.target())));
        }
        case Entry.SymlinkEntry link -> {}
      }
    }
    return Optional.empty();
  }

  private Iterator<At> entries(String path, ContentRef content) {
    List<At> entries = new ArrayList<>();
    for (Directory directory = new Directory(content, blobs); directory.hasNext(); ) {
      Entry entry = directory.next();
      entries.add(new At(RawName.join(path, entry.name()), entry));
    }
    entries.sort(Comparator.comparing(At::order));
    return entries.iterator();
  }

  private Entry.FileEntry file(String path) {
    ContentRef content = root.content();
    String[] names = path.split("/", -1);
    for (int i = 0; i < names.length; i++) {
      Entry found = null;
      for (Directory directory = new Directory(content, blobs); directory.hasNext(); ) {
        Entry entry = directory.next();
        if (entry.name().equals(names[i])) {
          found = entry;
        }
      }
      if (i == names.length - 1 && found instanceof Entry.FileEntry file) {
        return file;
      }
      if (!(found instanceof Entry.DirEntry dir)) {
        break;
      }
      content = dir.content();
    }
    throw new BlobFault(
        "a hard link names '%s', which is no file".formatted(RawName.display(path)));
  }

  private static Write.Put value(String path, Entry.FileEntry file) {
    if (path.length() > Key.MAX_BYTES) {
      throw new Refusal(
          "'%s' is too long for a key: %d bytes, at most %d"
              .formatted(RawName.display(path), path.length(), Key.MAX_BYTES));
    }
    return new Write.Put(
        new Key(path),
        Optional.empty(),
        Map.of(DirectoryTarget.MODE, Integer.toOctalString(file.meta().mode() & MODE)),
        TransactionCodec.stored(file.content()));
  }
}
