package dev.gnomon.filesystem.fence;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.Writer;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.routes.Location;
import dev.gnomon.verification.catalogue.PlainResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A directory with something in it, in a parent that everybody may enter.
final class Site {
  static final int WRITER_UID = 4242;
  static final int WRITER_GID = 4343;

  final Path parent;
  final Path path;
  final Location location;

  Site(Path temp) throws IOException {
    this(temp, "site");
  }

  Site(Path temp, String name) throws IOException {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    parent = Files.createDirectories(temp.resolve("srv")).toRealPath();
    path = Files.createDirectories(parent.resolve(name));
    location = new Location(new CellName("east"), path.toString());
    Files.writeString(path.resolve("index.html"), "<html>");
    Files.createDirectories(path.resolve("sub/deep"));
    Files.writeString(path.resolve("sub/deep/data"), "7");
    Files.createSymbolicLink(path.resolve("link"), Path.of("sub/deep"));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxr-x"));
    try (Stream<Path> all = Files.walk(path)) {
      for (Path entry : all.toList()) {
        if (root()) {
          Files.setAttribute(entry, "unix:uid", WRITER_UID, LinkOption.NOFOLLOW_LINKS);
          Files.setAttribute(entry, "unix:gid", WRITER_GID, LinkOption.NOFOLLOW_LINKS);
        }
        if (!Files.isSymbolicLink(entry)) {
          Files.setLastModifiedTime(
              entry, FileTime.from(Instant.parse("2026-03-01T10:20:30.123456789Z")));
        }
      }
    }
  }

  static boolean root() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  static Resource resource(Path location, Optional<Writer> writer) {
    return PlainResource.directory("site", location).writer(writer).resource();
  }

  /// Everything that a point would record, by path relative to the top.
  static Map<String, String> recorded(Path tree) throws IOException {
    Map<String, String> recorded = new TreeMap<>();
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path entry : all.toList()) {
        Map<String, Object> attributes =
            Files.readAttributes(
                entry, "unix:mode,uid,gid,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        String content =
            Files.isSymbolicLink(entry)
                ? Files.readSymbolicLink(entry).toString()
                : Files.isRegularFile(entry) ? Arrays.toString(Files.readAllBytes(entry)) : "";
        recorded.put(tree.relativize(entry).toString(), new TreeMap<>(attributes) + content);
      }
    }
    return recorded;
  }

  List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /// So that the temporary directory can be deleted.
  static void makeMutable(Path temp) throws IOException {
    List<Path> directories = new ArrayList<>();
    try (Stream<Path> all = Files.walk(temp)) {
      all.filter(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))
          .forEach(directories::add);
    }
    directories.forEach(directory -> new LinuxSyscalls().setImmutable(directory, false));
  }
}
