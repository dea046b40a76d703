package dev.gnomon.store.check;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.BlobSession.Kind;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.marks.Sufferers.Hurt;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.prefix.PrefixContents;
import dev.gnomon.store.prefix.PrefixRoot;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Directory;
import dev.gnomon.store.tree.Encoder;
import dev.gnomon.store.tree.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The store of another cell, as a place to get lost blobs from.
///
/// Stores with the same ids are asked by id. Where that does not help (ids or cuts differ) the same
/// paths are looked up in the other store's points of the resource, nearest in time first; their
/// content is cut and named as ours is, and what gets the id of a lost blob is that blob. Trees are
/// written anew in the same way: their entries name content, so from the bottom up.
final class Twin {
  private static final int MAX_POINTS = 20;

  private final String title;
  private final StoreParts ours;
  private final StoreParts theirs;
  private final BlobReader reader;

  /// @param title how people call the other store
  Twin(String title, StoreParts ours, StoreParts theirs) {
    this.title = title;
    this.ours = ours;
    this.theirs = theirs;
    this.reader = theirs.reader();
  }

  /// Gets blobs that were lost, each at most once.
  interface Sink {
    /// @param blob its content has that id in our store
    void found(Hash blob, byte[] content, Kind kind);
  }

  String title() {
    return title;
  }

  /// @param wanted lost blobs of our store; those that are found are taken out
  /// @param trees those of them that are parts of trees
  /// @param hurt who needs them
  void find(Set<Hash> wanted, Set<Hash> trees, List<Hurt> hurt, Sink sink) {
    theirs.format().checkReadable();
    for (Hash hash : List.copyOf(wanted)) {
      byId(hash)
          .ifPresent(content ->
              offer(content, trees.contains(hash) ? Kind.TREE : Kind.DATA, wanted, sink));
    }
    for (Hurt one : hurt) {
      if (!wanted.isEmpty() && one.point().isPresent()) {
        byPath(one.point().get(), one.paths(), wanted, sink);
      }
    }
  }

  private Optional<byte[]> byId(Hash hash) {
    try {
      return Optional.of(reader.read(hash));
    } catch (BlobFault e) {
      return Optional.empty();
    }
  }

  private void offer(byte[] content, Kind kind, Set<Hash> wanted, Sink sink) {
    Hash id = ours.id(content);
    if (wanted.remove(id)) {
      sink.found(id, content, kind);
    }
  }

  private void byPath(PointId hurt, List<String> paths, Set<Hash> wanted, Sink sink) {
    Optional<StoredPoint> own = ours.points().get(hurt);
    if (own.isEmpty()) {
      return;
    }
    Translation translation = new Translation(wanted, sink);
    if (own.get().ofPrefix()) {
      objects(own.get(), paths, wanted, translation);
      return;
    }
    candidates(own.get()).stream()
        .limit(MAX_POINTS)
        .forEach(candidate -> {
          for (String path : paths) {
            if (!wanted.isEmpty()) {
              try {
                find(candidate.rootEntry(), path).ifPresent(translation::entry);
              } catch (BlobFault e) {
                // the other store is damaged there; another point of it may be whole
              }
            }
          }
        });
  }

  /// Content of objects by their keys. Nodes of manifests are found by their ids only: they hold
  /// what the server said of the objects when they were listed.
  private void objects(
      StoredPoint own, List<String> keys, Set<Hash> wanted, Translation translation) {
    candidates(own).stream()
        .limit(MAX_POINTS)
        .forEach(candidate -> {
          for (String key : keys) {
            if (!wanted.isEmpty()) {
              try {
                PrefixContents.find(PrefixRoot.decode(candidate.root()), reader::read, key)
                    .ifPresent(translation::content);
              } catch (BlobFault e) {
                // the other store is damaged there; another point of it may be whole
              }
            }
          }
        });
  }

  private List<StoredPoint> candidates(StoredPoint own) {
    return theirs.points().of(own.point().id().resource()).stream()
        .filter(point -> point.ofPrefix() == own.ofPrefix())
        .sorted(
            Comparator.comparing((StoredPoint point) ->
                Duration.between(point.point().time(), own.point().time()).abs()))
        .toList();
  }

  private Optional<Entry> find(Entry.DirEntry top, String path) {
    if (path.isEmpty()) {
      return Optional.of(top);
    }
    int end = path.indexOf('/');
    String name = end < 0 ? path : path.substring(0, end);
    Directory entries = new Directory(top.content(), reader::read);
    while (entries.hasNext()) {
      Entry entry = entries.next();
      if (entry.name().equals(name)) {
        if (end < 0) {
          return Optional.of(entry);
        }
        return entry instanceof Entry.DirEntry below
            ? find(below, path.substring(end + 1))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /// Cuts and names the other store's content as ours.
  private final class Translation {
    private final Set<Hash> wanted;
    private final Sink sink;

    Translation(Set<Hash> wanted, Sink sink) {
      this.wanted = wanted;
      this.sink = sink;
    }

    void entry(Entry entry) {
      if (!wanted.isEmpty()) {
        translated(entry);
      }
    }

    private Entry translated(Entry entry) {
      return switch (entry) {
        case Entry.FileEntry file ->
            new Entry.FileEntry(file.name(), file.meta(), content(file.content()), file.sparse());
        case Entry.DirEntry dir ->
            new Entry.DirEntry(dir.name(), dir.meta(), directory(dir.content()), dir.totals());
        case Entry.SymlinkEntry link -> link;
        case Entry.HardLinkEntry link -> link;
      };
    }

    private ContentRef content(ContentRef theirContent) {
      try (InputStream in = Contents.stream(theirContent, reader::read)) {
        Recut recut = new Recut(ours, (bytes, kind) -> offer(bytes, kind, wanted, sink));
        return recut.of(in, Kind.DATA);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private ContentRef directory(ContentRef theirContent) {
      Recut recut = new Recut(ours, (bytes, kind) -> offer(bytes, kind, wanted, sink));
      Encoder encoder = new Encoder();
      Directory entries = new Directory(theirContent, reader::read);
      java.io.ByteArrayOutputStream encoded = new java.io.ByteArrayOutputStream();
      while (entries.hasNext()) {
        encoded.writeBytes(encoder.entry(translated(entries.next())).take());
      }
      try {
        return recut.of(new ByteArrayInputStream(encoded.toByteArray()), Kind.TREE);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
