package dev.gnomon.store.tree;

/// One entry of a directory in a manifest.
public sealed interface Entry {
  /// Raw name; empty for the root of a tree.
  String name();

  /// A regular file.
  ///
  /// @param sparse whether runs of zeros are holes; only format 2 can say so
  record FileEntry(String name, Meta meta, ContentRef content, boolean sparse) implements Entry {
    public FileEntry(String name, Meta meta, ContentRef content) {
      this(name, meta, content, false);
    }
  }

  /// A directory; its content is its entries.
  record DirEntry(String name, Meta meta, ContentRef content, Totals totals) implements Entry {}

  /// A symbolic link.
  ///
  /// @param target raw, as it stands in the link
  record SymlinkEntry(String name, Meta meta, String target) implements Entry {}

  /// A further name of a regular file that comes earlier in the walk.
  ///
  /// @param target raw path of that file from the root of the tree
  /// @param size of the file, in bytes
  record HardLinkEntry(String name, String target, long size) implements Entry {
    /// Longer ones are read by nobody.
    public static final int MAX_TARGET_BYTES = 64 << 10;
  }

  /// Sums over everything below a directory.
  ///
  /// @param files regular files, once a name
  /// @param bytes sum of their sizes
  /// @param links symbolic links
  /// @param directories not counting the directory itself
  record Totals(long files, long bytes, long links, long directories) {
    public static final Totals NONE = new Totals(0, 0, 0, 0);

    public Totals plus(Entry entry) {
      return switch (entry) {
        case FileEntry file ->
            new Totals(files + 1, bytes + file.content().size(), links, directories);
        case HardLinkEntry link -> new Totals(files + 1, bytes + link.size(), links, directories);
        case SymlinkEntry link -> new Totals(files, bytes, links + 1, directories);
        case DirEntry dir ->
            new Totals(
                files + dir.totals().files(),
                bytes + dir.totals().bytes(),
                links + dir.totals().links(),
                directories + dir.totals().directories() + 1);
      };
    }

    /// Everything that is not a directory.
    public long leaves() {
      return files + links;
    }
  }
}
