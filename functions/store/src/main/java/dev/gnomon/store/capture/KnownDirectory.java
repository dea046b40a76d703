package dev.gnomon.store.capture;

import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Directory;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Hints;
import dev.gnomon.store.tree.Hints.Hint;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A directory as an earlier walk stored it, with what recognises its unchanged files. Whatever of
/// it can't be read counts as not known: it saves work and nothing depends on it.
final class KnownDirectory {
  static final KnownDirectory NOTHING = new KnownDirectory(null, Map.of());

  private final @Nullable Ref ref;
  private final Map<String, Known> entries;

  private KnownDirectory(@Nullable Ref ref, Map<String, Known> entries) {
    this.ref = ref;
    this.entries = entries;
  }

  /// Where a stored directory and its hints are.
  record Ref(ContentRef content, ContentRef hints) {}

  private record Known(Entry entry, Hint hint) {}

  static KnownDirectory load(@Nullable Ref ref, Contents.Blobs blobs) {
    if (ref == null) {
      return NOTHING;
    }
    try {
      Map<String, Known> entries = new HashMap<>();
      Iterator<Hint> hint = Hints.read(ref.hints(), blobs);
      Directory directory = new Directory(ref.content(), blobs);
      while (directory.hasNext() && hint.hasNext()) {
        Entry entry = directory.next();
        entries.put(entry.name(), new Known(entry, hint.next()));
      }
      boolean whole = !directory.hasNext() && !hint.hasNext();
      return new KnownDirectory(whole ? ref : null, entries);
    } catch (BlobFault e) {
      return NOTHING;
    }
  }

  /// Where it is stored; nothing if it is not, or not whole.
  @Nullable Ref ref() {
    return ref;
  }

  int size() {
    return entries.size();
  }

  /// The stored entry of that name.
  Optional<Entry> entry(String name) {
    return Optional.ofNullable(entries.get(name)).map(Known::entry);
  }

  /// The stored file that an entry certainly still is.
  Optional<Entry.FileEntry> unchanged(String name, FileStat stat) {
    Known known = entries.get(name);
    return known != null
            && known.entry() instanceof Entry.FileEntry file
            && known.hint() instanceof Hint.OfFile hint
            && hint.matches(stat)
            && file.content().size() == stat.size()
            && file.meta().mtimeSeconds() == stat.mtimeSeconds()
            && file.meta().mtimeNanos() == stat.mtimeNanoOfSecond()
        ? Optional.of(file)
        : Optional.empty();
  }

  @Nullable Ref subdirectory(String name) {
    Known known = entries.get(name);
    return known != null
            && known.entry() instanceof Entry.DirEntry dir
            && known.hint() instanceof Hint.OfDirectory hint
        ? new Ref(dir.content(), hint.hints())
        : null;
  }
}
