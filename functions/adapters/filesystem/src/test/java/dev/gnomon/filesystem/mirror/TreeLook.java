package dev.gnomon.filesystem.mirror;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/// Looks at trees by other code than the mirror's: names as bytes, kinds, modes, owners, times,
/// links, attributes and content.
public final class TreeLook {
  private TreeLook() {}

  /// What differs, a line a path; empty if the trees are equal.
  public static List<String> differences(Path one, Path other) throws IOException {
    SortedMap<String, String> first = of(one);
    SortedMap<String, String> second = of(other);
    Set<String> paths = new TreeSet<>(first.keySet());
    paths.addAll(second.keySet());
    return paths.stream()
        .filter(path -> !Objects.equals(first.get(path), second.get(path)))
        .map(path -> "'%s': %s, not %s".formatted(path, second.get(path), first.get(path)))
        .toList();
  }

  /// Path with its bytes escaped -> all that has to be equal.
  public static SortedMap<String, String> of(Path root) throws IOException {
    SortedMap<String, String> tree = new TreeMap<>();
    Map<Object, SortedSet<String>> inodes = new HashMap<>();
    String top = root.toUri().getRawPath();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            put(directory, "d");
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isSymbolicLink()) {
              put(file, "l " + Files.readSymbolicLink(file).toUri().getRawPath());
            } else if (attributes.isRegularFile()) {
              Object inode = Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
              inodes.computeIfAbsent(inode, key -> new TreeSet<>()).add(name(file));
              put(file, "f " + sha256(file));
            }
            return FileVisitResult.CONTINUE;
          }

          private String name(Path path) {
            String name = path.toUri().getRawPath().substring(top.length());
            return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
          }

          private void put(Path path, String what) throws IOException {
            Map<String, Object> of =
                Files.readAttributes(
                    path, "unix:mode,uid,gid,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
            boolean directory = what.equals("d");
            tree.put(
                name(path),
                "%s mode %o owner %s:%s size %s time %d%s"
                    .formatted(
                        what,
                        (Integer) of.get("mode"),
                        of.get("uid"),
                        of.get("gid"),
                        directory ? "-" : of.get("size"),
                        ((FileTime) of.get("lastModifiedTime")).to(TimeUnit.NANOSECONDS),
                        what.startsWith("l") ? "" : attributes(path)));
          }
        });
    inodes
        .values()
        .forEach(names -> names.forEach(name -> tree.merge(name, " of " + names, String::concat)));
    return tree;
  }

  private static String attributes(Path path) throws IOException {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(
            path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    StringBuilder all = new StringBuilder();
    for (String name : view.list().stream().sorted().toList()) {
      ByteBuffer value = ByteBuffer.allocate(view.size(name));
      int ignored = view.read(name, value);
      all.append(' ').append(name).append('=').append(HexFormat.of().formatHex(value.array()));
    }
    return all.toString();
  }

  private static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
