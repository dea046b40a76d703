package dev.gnomon.filesystem.objects;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The first objects after a name, in byte order of whole names. A directory sorts as its name
/// followed by `/`, so that `a-b` comes before `a/x` and `a0` after it. Memory is bounded by the
/// page: of each directory on the way only as many entries are kept as are still wanted.
final class DirectoryListing {
  /// Follows '/' in ASCII: what is not below `name` + this is behind all that is below `name/`.
  private static final char AFTER_SLASH = '0';

  /// Sorts behind every name below a directory: the directory has been walked to its end.
  private static final char END = Character.MAX_VALUE;

  private final Path root;
  private final String prefix;
  private final String after;
  private final int wanted;
  private final List<ObjectStat> found = new ArrayList<>();

  /// An entry of a directory. `key` is the name from the root on, with `/` behind a directory.
  private record Entry(String key, Path path, BasicFileAttributes attributes) {}

  private static final Comparator<Entry> BY_KEY = Comparator.comparing(Entry::key);

  /// Entries of a directory that are kept before they are sorted and cut, as a multiple of those
  /// that are wanted.
  private static final int KEPT = 4;

  private DirectoryListing(Path root, String prefix, String after, int wanted) {
    this.root = root;
    this.prefix = prefix;
    this.after = after;
    this.wanted = wanted;
  }

  /// Up to `wanted` objects whose name starts with `prefix` and comes after `after`.
  static List<ObjectStat> of(Path root, String prefix, Optional<ObjectName> after, int wanted)
      throws IOException {
    var listing =
        new DirectoryListing(root, prefix, after.map(ObjectName::value).orElse(""), wanted);
    String directory = prefix.substring(0, prefix.lastIndexOf('/') + 1);
    if (directory.isEmpty()) {
      listing.walk(root, "");
    } else if (isName(directory.substring(0, directory.length() - 1))) {
      Path start = root.resolve(directory);
      if (isPlain(start)) {
        listing.walk(start, directory);
      }
    }
    return listing.found;
  }

  /// True if the path exists and no symbolic link leads elsewhere on its way.
  private static boolean isPlain(Path path) throws IOException {
    try {
      return path.toRealPath().equals(path);
    } catch (NoSuchFileException e) {
      return false;
    } catch (FileSystemException e) {
      if (Files.notExists(path)) {
        return false; // Such as a file where a directory would be.
      }
      throw e;
    }
  }

  private void walk(Path directory, String base) throws IOException {
    String behind = after;
    while (found.size() < wanted) {
      int room = wanted - found.size();
      List<Entry> batch = firstEntries(directory, base, behind, room);
      for (Entry entry : batch) {
        if (found.size() == wanted) {
          return;
        }
        if (entry.attributes().isDirectory()) {
          walk(entry.path(), entry.key());
        } else {
          found.add(
              new ObjectStat(
                  new ObjectName(entry.key()),
                  entry.attributes().size(),
                  entry.attributes().lastModifiedTime().toInstant()));
        }
      }
      if (batch.size() < room) {
        return;
      }
      String last = batch.getLast().key();
      behind = last.endsWith("/") ? last + END : last;
    }
  }

  /// The first entries of one directory that hold anything after `behind` and match the prefix.
  private List<Entry> firstEntries(Path directory, String base, String behind, int limit)
      throws IOException {
    List<Entry> smallest = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path path : stream) {
        String name = path.getFileName().toString();
        if (!ObjectName.isSegment(name) || !mayMatter(base + name, behind)) {
          continue;
        }
        Optional<Entry> entry = entry(path, base + name);
        if (entry.isPresent() && matters(entry.get(), behind)) {
          smallest.add(entry.get());
          if (smallest.size() > limit * KEPT) {
            cut(smallest, limit);
          }
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of(); // Not there, or pruned since its name was read.
    }
    cut(smallest, limit);
    return smallest;
  }

  private static void cut(List<Entry> entries, int limit) {
    entries.sort(BY_KEY);
    if (entries.size() > limit) {
      entries.subList(limit, entries.size()).clear();
    }
  }

  /// Cheap test by name alone, before the entry is looked at.
  private boolean mayMatter(String name, String behind) {
    boolean mayMatch =
        name.startsWith(prefix) || prefix.startsWith(name); // prefix "a/b" goes through "a"
    return mayMatch && (name + AFTER_SLASH).compareTo(behind) > 0;
  }

  private boolean matters(Entry entry, String behind) {
    String key = entry.key();
    if (entry.attributes().isDirectory()) {
      boolean holdsPrefix = key.startsWith(prefix) || prefix.startsWith(key);
      boolean begun = behind.startsWith(key) && !behind.equals(key + END);
      return holdsPrefix && (key.compareTo(behind) > 0 || begun);
    }
    return key.startsWith(prefix) && key.compareTo(behind) > 0;
  }

  private static Optional<Entry> entry(Path path, String name) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isDirectory()) {
        return Optional.of(new Entry(name + "/", path, attributes));
      }
      // Its segments are looked at one by one on the way.
      return attributes.isRegularFile() && name.length() <= ObjectName.MAX_LENGTH
          ? Optional.of(new Entry(name, path, attributes))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty(); // Deleted since its name was read.
    }
  }

  private static boolean isName(String name) {
    try {
      new ObjectName(name);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
