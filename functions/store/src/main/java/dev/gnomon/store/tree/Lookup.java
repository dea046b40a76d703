package dev.gnomon.store.tree;

import java.util.Optional;

/// Finds single entries of a tree by their path; reads the directories on the way.
public final class Lookup {
  private final Entry.DirEntry root;
  private final Contents.Blobs blobs;

  public Lookup(Entry.DirEntry root, Contents.Blobs blobs) {
    this.root = root;
    this.blobs = blobs;
  }

  /// @param rawPath from the root of the tree; empty for the root itself
  /// @return empty if there is nothing, or the way there leads over something else than a directory
  public Optional<Entry> find(String rawPath) {
    Entry at = root;
    if (rawPath.isEmpty()) {
      return Optional.of(at);
    }
    for (String name : rawPath.split("/", -1)) {
      if (!(at instanceof Entry.DirEntry dir)) {
        return Optional.empty();
      }
      Optional<Entry> next = child(dir, name);
      if (next.isEmpty()) {
        return next;
      }
      at = next.get();
    }
    return Optional.of(at);
  }

  /// The regular file that a hard link is a further name of.
  public Optional<Entry.FileEntry> file(Entry.HardLinkEntry link) {
    return find(link.target())
        .flatMap(
            entry -> entry instanceof Entry.FileEntry file ? Optional.of(file) : Optional.empty());
  }

  private Optional<Entry> child(Entry.DirEntry dir, String name) {
    Directory entries = new Directory(dir.content(), blobs);
    while (entries.hasNext()) {
      Entry entry = entries.next();
      int order = entry.name().compareTo(name);
      if (order >= 0) {
        return order == 0 ? Optional.of(entry) : Optional.empty();
      }
    }
    return Optional.empty();
  }
}
