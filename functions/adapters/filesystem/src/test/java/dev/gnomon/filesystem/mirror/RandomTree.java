package dev.gnomon.filesystem.mirror;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Does random things to a tree: everything that a user of a file system does.
public final class RandomTree {
  private static final String[] NAMES = {
    "a", "b", "c", "dir", "log", "caf%C3%A9", "%FF%FEraw", "with%20space", "n%0Al", "z"
  };

  private final Path root;
  private final Random random;
  private final Set<Object> linked = new HashSet<>();
  private boolean sparesNewLinks;

  public RandomTree(Path root, Random random) {
    this.root = root;
    this.random = random;
  }

  /// From now on a file that gets a further name is not changed before the next call: events tell
  /// the name that a change was made by, and of one that is new and gone again nobody can know
  /// which file it led to.
  public void spareNewLinks() {
    sparesNewLinks = true;
    linked.clear();
  }

  public void steps(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      step();
    }
  }

  /// One operation; one that the tree does not allow now is left out.
  public void step() throws IOException {
    try {
      switch (random.nextInt(15)) {
        case 0, 1 -> write(child(), random.nextInt(5000));
        case 2 -> append(file());
        case 3 -> overwrite(file());
        case 4 -> Files.createDirectory(child());
        case 5 -> subtree(child());
        case 6 -> Files.createSymbolicLink(child(), Path.of("target-" + random.nextInt(10)));
        case 7 -> link(child(), file());
        case 8 -> Files.move(any(), child(), StandardCopyOption.ATOMIC_MOVE);
        case 9 -> delete(any());
        case 10 ->
            Files.setPosixFilePermissions(
                spared(file()),
                PosixFilePermissions.fromString(random.nextBoolean() ? "rw-r-----" : "rwxr-xr-x"));
        case 11 -> attribute(any());
        case 12 ->
            Files.setLastModifiedTime(
                spared(file()), FileTime.from(random.nextLong(1L << 60), TimeUnit.NANOSECONDS));
        case 13 -> replace(file());
        default -> write(child(), random.nextInt(8) == 0 ? 3_000_000 : 10);
      }
    } catch (FileSystemException e) {
      return; // not now
    }
  }

  private void link(Path name, Path file) throws IOException {
    Files.createLink(name, file);
    linked.add(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
  }

  /// @return it, if it may be changed now
  private Path spared(Path file) throws IOException {
    if (sparesNewLinks
        && isFile(file)
        && linked.contains(Files.readAttributes(file, BasicFileAttributes.class).fileKey())) {
      throw new FileSystemException(file.toString(), null, "it has a new name");
    }
    return file;
  }

  private void write(Path file, int size) throws IOException {
    byte[] content = new byte[size];
    random.nextBytes(content);
    Files.write(spared(file), content);
  }

  private void append(Path file) throws IOException {
    byte[] more = new byte[1 + random.nextInt(300)];
    random.nextBytes(more);
    Files.write(spared(file), more, StandardOpenOption.APPEND);
  }

  /// In the middle of it, maybe far beyond its end.
  private void overwrite(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(spared(file), StandardOpenOption.WRITE)) {
      long at = random.nextInt(10) == 0 ? 9_000_000 : random.nextInt(4000);
      int ignored = channel.write(ByteBuffer.wrap(new byte[] {(byte) random.nextInt(256)}), at);
      if (random.nextInt(6) == 0) {
        FileChannel cut = channel.truncate(random.nextInt(2000));
      }
    }
  }

  /// As editors do.
  private void replace(Path file) throws IOException {
    Path next = file.resolveSibling("next-" + random.nextInt(1000));
    write(next, random.nextInt(3000));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void subtree(Path directory) throws IOException {
    Files.createDirectory(directory);
    for (int i = random.nextInt(4); i >= 0; i--) {
      Path below = Files.createDirectories(directory.resolve("s" + i).resolve("t"));
      write(below.resolve("file"), random.nextInt(100));
    }
  }

  private void attribute(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return;
    }
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(
            spared(path), UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (random.nextInt(3) == 0 && view.list().contains("k")) {
      view.delete("k");
    } else {
      int ignored = view.write("k", ByteBuffer.wrap(new byte[] {(byte) random.nextInt(100)}));
    }
  }

  private static void delete(Path path) throws IOException {
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException cause)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private Path child() throws IOException {
    List<Path> directories = all(true);
    Path parent = directories.get(random.nextInt(directories.size()));
    String name = NAMES[random.nextInt(NAMES.length)];
    return parent.resolve(Path.of("/").relativize(Path.of(URI.create("file:///" + name))));
  }

  private Path file() throws IOException {
    List<Path> files = all(false).stream().filter(RandomTree::isFile).toList();
    return files.isEmpty() ? root.resolve("none") : files.get(random.nextInt(files.size()));
  }

  private Path any() throws IOException {
    List<Path> all = all(false);
    return all.isEmpty() ? root.resolve("none") : all.get(random.nextInt(all.size()));
  }

  private static boolean isFile(Path path) {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  private List<Path> all(boolean directories) throws IOException {
    try (var paths = Files.walk(root)) {
      List<Path> all = new ArrayList<>(paths.toList());
      if (directories) {
        all.removeIf(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS));
      } else {
        all.remove(root);
      }
      return all;
    }
  }
}
