package dev.gnomon.filesystem.fence;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What is where around a location at one moment, found again after a kill at any moment.
///
/// @param tree where the protected tree is
/// @param location what is at the location
/// @param hidden what is at the hidden name
record Standing(Tree tree, Entry location, Entry hidden, Optional<FenceState> state) {
  /// Looks are repeated until two in a row agree, since a swap may come in between.
  private static final int MAX_LOOKS = 16;

  enum Tree {
    /// Not fenced.
    AT_LOCATION,
    /// Fenced.
    HIDDEN,
    /// Out of reach.
    NOWHERE
  }

  enum Kind {
    NOTHING,
    /// An empty directory of ours that nobody may write.
    PLACEHOLDER,
    DIRECTORY,
    /// A symbolic link, a file or something else.
    OTHER
  }

  /// @param inode 0 if there is nothing
  record Entry(Kind kind, long inode, int uid, int gid) {
    static final Entry NOTHING = new Entry(Kind.NOTHING, 0, 0, 0);

    boolean there() {
      return kind != Kind.NOTHING;
    }
  }

  /// @param ownUid owner of placeholders
  static Standing look(FenceNames names, int ownUid) throws IOException {
    Standing last = once(names, ownUid);
    for (int i = 1; i < MAX_LOOKS; i++) {
      Standing again = once(names, ownUid);
      if (again.equals(last)) {
        return last;
      }
      last = again;
    }
    throw new IOException(names.location() + " does not hold still");
  }

  private static Standing once(FenceNames names, int ownUid) throws IOException {
    Optional<FenceState> state = FenceState.read(names.state());
    Entry location = entry(names.location(), ownUid);
    Entry hidden = entry(names.hidden(), ownUid);
    return new Standing(tree(location, hidden, state), location, hidden, state);
  }

  /// The inode decides. Where it can't (no state file, or a file system whose numbers change), a
  /// hidden directory is the tree, unless it is a placeholder that was about to be swapped.
  private static Tree tree(Entry location, Entry hidden, Optional<FenceState> state) {
    if (state.isPresent()) {
      long tree = state.get().tree();
      if (hidden.inode() == tree) {
        return Tree.HIDDEN;
      }
      if (location.inode() == tree) {
        return Tree.AT_LOCATION;
      }
    }
    if (!hidden.there()) {
      boolean treeLost = state.isPresent() && location.kind() == Kind.PLACEHOLDER;
      return location.there() && !treeLost ? Tree.AT_LOCATION : Tree.NOWHERE;
    }
    boolean notYetSwapped = hidden.kind() == Kind.PLACEHOLDER && location.kind() == Kind.DIRECTORY;
    return notYetSwapped ? Tree.AT_LOCATION : Tree.HIDDEN;
  }

  private static Entry entry(Path path, int ownUid) throws IOException {
    Map<String, Object> found;
    try {
      found = Files.readAttributes(path, "unix:ino,mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return Entry.NOTHING;
    }
    int mode = number(found, "mode").intValue();
    int uid = number(found, "uid").intValue();
    Kind kind;
    if ((mode & 0170000) != 0040000) {
      kind = Kind.OTHER;
    } else if ((mode & 0222) == 0 && uid == ownUid && isEmpty(path)) {
      kind = Kind.PLACEHOLDER;
    } else {
      kind = Kind.DIRECTORY;
    }
    return new Entry(kind, number(found, "ino").longValue(), uid, number(found, "gid").intValue());
  }

  private static Number number(Map<String, Object> attributes, String name) {
    return (Number) Objects.requireNonNull(attributes.get(name));
  }

  private static boolean isEmpty(Path dir) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir)) {
      return !entries.iterator().hasNext();
    } catch (NoSuchFileException e) {
      return true;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
