package dev.gnomon.store.capture;

import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Cutter;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.tree.ContentOutput;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Encoder;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Hints;
import dev.gnomon.store.tree.Hints.Hint;
import dev.gnomon.store.tree.Meta;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A directory of a manifest in the making. Its entries wait in order for the files before them;
/// once they are written it waits for its own chunks. If every entry is as it was stored before, it
/// is what was stored: nothing is encoded and hashed again.
final class OpenDirectory {
  private final EntryAt at;
  private final String path;
  private final BlobSession session;
  private final Cutter cutter;
  private @Nullable KnownDirectory known;
  private final Print.OfDirectory print;
  private final Deque<Slot> slots = new ArrayDeque<>();
  private @Nullable Encoder encoder;
  private @Nullable ContentOutput entries;
  private @Nullable ContentOutput hints;
  private ContentOutput.@Nullable Pending content;
  private ContentOutput.@Nullable Pending hintContent;
  private KnownDirectory.@Nullable Ref same;
  private @Nullable Meta meta;
  private Entry.Totals totals = Entry.Totals.NONE;

  OpenDirectory(
      EntryAt at,
      String path,
      FileStat stat,
      BlobSession session,
      Cutter cutter,
      @Nullable KnownDirectory known) {
    this.at = at;
    this.path = path;
    this.session = session;
    this.cutter = cutter;
    this.known = known;
    this.print = new Print.OfDirectory(stat);
  }

  /// An entry, or what will be one.
  sealed interface Slot {
    /// @param asKnown whether entry and hint are certainly the stored ones
    record Ready(Entry entry, FileStat stat, Hint hint, boolean asKnown) implements Slot {}

    /// @param directory empty if it could not be read
    record Below(String name, FileStat stat, Optional<OpenDirectory> directory) implements Slot {}

    record LeftAlone(String name, String reason) implements Slot {}

    /// What can't be read.
    record Unread(String name, FileStat stat, IOException cause) implements Slot {}

    /// A file whose content was read before.
    record Taken(
        String name,
        FileStat stat,
        ContentRef content,
        Hint hint,
        CompletableFuture<SortedMap<String, byte[]>> attributes)
        implements Slot {}

    /// A file that is being read.
    record Reading(String name, FileStat stat, CompletableFuture<TreeBuilder.Read> read)
        implements Slot {}
  }

  /// Makes an entry of a slot, waiting for what it needs.
  interface Writer {
    void write(Slot slot, OpenDirectory into) throws IOException;
  }

  EntryAt at() {
    return at;
  }

  /// Raw path from the root.
  String path() {
    return path;
  }

  Print.OfDirectory print() {
    return print;
  }

  void add(Slot slot) {
    slots.add(slot);
  }

  /// No further entry comes.
  void close(Meta newMeta) {
    meta = newMeta;
  }

  /// Writes what waits.
  ///
  /// @return how many waited
  int flush(Writer writer) throws IOException {
    int count = slots.size();
    while (!slots.isEmpty()) {
      writer.write(slots.remove(), this);
    }
    return count;
  }

  /// Writes the rest of a closed directory; its chunks may still be on their way. What is kept of
  /// it afterwards is small: the directory above may have very many.
  ///
  /// @return how many entries waited
  int finish(Writer writer) throws IOException {
    int count = slots.size();
    end(writer);
    known = null;
    encoder = null;
    entries = null;
    hints = null;
    return count;
  }

  private void end(Writer writer) throws IOException {
    KnownDirectory.@Nullable Ref stored = storedAlready();
    if (stored == null) {
      int ignored = flush(writer);
      content = entryOutput().finish();
      hintContent = hintOutput().finish();
      return;
    }
    same = stored;
    for (Slot slot : slots) {
      switch (slot) {
        case Slot.Ready ready -> {
          print.add(ready.entry().name(), ready.stat());
          totals = totals.plus(ready.entry());
        }
        case Slot.Below below -> {
          print.add(below.name(), below.stat());
          totals = totals.plus(below.directory().orElseThrow().entry(below.name()));
        }
        case Slot.LeftAlone alone -> throw new IllegalStateException("it is nowhere stored");
        case Slot.Unread unread -> throw new IllegalStateException("it is nowhere stored");
        case Slot.Taken taken -> throw new IllegalStateException("it is not as it was stored");
        case Slot.Reading file -> throw new IllegalStateException("it is not as it was stored");
      }
    }
    slots.clear();
  }

  /// Where exactly these entries are stored already.
  private KnownDirectory.@Nullable Ref storedAlready() {
    KnownDirectory known = this.known;
    if (known == null || entries != null || known.size() != slots.size()) {
      return null;
    }
    for (Slot slot : slots) {
      boolean as =
          switch (slot) {
            case Slot.Ready ready ->
                ready.asKnown()
                    || known
                        .entry(ready.entry().name())
                        .filter(entry -> equal(entry, ready.entry()))
                        .isPresent();
            case Slot.Below below -> isStored(below, known);
            case Slot.LeftAlone alone -> false;
            case Slot.Unread unread -> false;
            case Slot.Taken taken -> false;
            case Slot.Reading file -> false;
          };
      if (!as) {
        return null;
      }
    }
    KnownDirectory.@Nullable Ref ref = known.ref();
    return ref != null
            && Contents.reuse(session, ref.content())
            && Contents.reuse(session, ref.hints())
        ? ref
        : null;
  }

  private static boolean isStored(Slot.Below below, KnownDirectory known) {
    return below.directory().isPresent()
        && below.directory().get().same != null
        && Objects.equals(below.directory().get().same, known.subdirectory(below.name()))
        && known
            .entry(below.name())
            .filter(entry -> equal(entry, below.directory().get().entry(below.name())))
            .isPresent();
  }

  private static boolean equal(Entry stored, Entry entry) {
    return switch (entry) {
      case Entry.SymlinkEntry link ->
          stored instanceof Entry.SymlinkEntry other
              && other.target().equals(link.target())
              && other.meta().sameAs(link.meta());
      case Entry.HardLinkEntry link -> stored.equals(link);
      case Entry.DirEntry directory ->
          stored instanceof Entry.DirEntry other
              && other.content().equals(directory.content())
              && other.totals().equals(directory.totals())
              && other.meta().sameAs(directory.meta());
      case Entry.FileEntry file -> false;
    };
  }

  void write(Entry entry, Hint hint) {
    if (encoder == null) {
      encoder = new Encoder();
    }
    entryOutput().write(encoder.entry(entry).take());
    Hints.encode(encoder, hint);
    hintOutput().write(encoder.take());
    totals = totals.plus(entry);
  }

  /// The entry of this directory; waits for its chunks.
  Entry.DirEntry entry(String name) {
    ContentRef ref = same != null ? same.content() : Objects.requireNonNull(content).get();
    return new Entry.DirEntry(name, Objects.requireNonNull(meta), ref, totals);
  }

  ContentRef hints() {
    return same != null ? same.hints() : Objects.requireNonNull(hintContent).get();
  }

  private ContentOutput entryOutput() {
    if (entries == null) {
      entries = new ContentOutput(session, cutter, BlobSession.Kind.TREE, 0);
    }
    return entries;
  }

  private ContentOutput hintOutput() {
    if (hints == null) {
      hints = new ContentOutput(session, cutter, BlobSession.Kind.TREE, 0);
    }
    return hints;
  }
}
