package dev.gnomon.bench.work;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// What a directory holds, read with nothing of the programs that are measured: by relative path
/// the kind, the mode, a file's time and SHA-256, a symbolic link's target. Immutable.
public final class TreeDigest {
  private static final int BUFFER_BYTES = 1 << 18;
  private static final int THREADS = 2;
  private static final String DIRECTORY = "directory ";
  private static final String FILE = "file ";
  private static final ThreadLocal<byte[]> BUFFER =
      ThreadLocal.withInitial(() -> new byte[BUFFER_BYTES]);

  private final Map<String, String> items;

  private TreeDigest(Map<String, String> items) {
    this.items = Map.copyOf(items);
  }

  public static TreeDigest of(Path root) throws IOException, InterruptedException {
    Map<String, Future<String>> pending = new LinkedHashMap<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes ignored)
                throws IOException {
              if (!directory.equals(root)) {
                String item = item(directory);
                pending.put(
                    root.relativize(directory).toString(),
                    java.util.concurrent.CompletableFuture.completedFuture(item));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes ignored) {
              pending.put(root.relativize(file).toString(), threads.submit(() -> item(file)));
              return FileVisitResult.CONTINUE;
            }
          });
      Map<String, String> items = LinkedHashMap.newLinkedHashMap(pending.size());
      for (Map.Entry<String, Future<String>> entry : pending.entrySet()) {
        items.put(entry.getKey(), entry.getValue().get());
      }
      return new TreeDigest(items);
    } catch (ExecutionException e) {
      throw new IOException("reading below " + root + " failed: " + e.getCause(), e);
    }
  }

  /// This digest after some entries changed.
  ///
  /// @param paths relative; looked at anew, and left out where there is nothing now
  public TreeDigest changed(Path root, Collection<String> paths) throws IOException {
    Map<String, String> next = new LinkedHashMap<>(items);
    for (String path : paths) {
      Path at = root.resolve(path);
      if (Files.exists(at, NOFOLLOW_LINKS)) {
        next.put(path, item(at));
      } else {
        next.remove(path);
      }
    }
    return new TreeDigest(next);
  }

  /// How another directory differs from this one: the first path in order, and how many.
  ///
  /// @return empty if it does not
  public Optional<String> differenceTo(TreeDigest other) {
    Map<String, String> differences = new TreeMap<>();
    items.forEach((path, item) -> {
      String found = other.items.get(path);
      if (!item.equals(found)) {
        differences.put(path, "expected " + item + ", found " + found);
      }
    });
    other.items.forEach((path, item) -> {
      if (!items.containsKey(path)) {
        differences.put(path, "expected nothing, found " + item);
      }
    });
    return differences.entrySet().stream()
        .findFirst()
        .map(first ->
            "%d entries differ, such as '%s': %s"
                .formatted(differences.size(), first.getKey(), first.getValue()));
  }

  /// How a directory differs from another one: the first entry met that does. As strict as
  /// [#differenceTo], with memory for two directories only.
  ///
  /// @return empty if it does not
  public static Optional<String> difference(Path expected, Path found) throws IOException {
    Deque<Path> below = new ArrayDeque<>();
    below.push(Path.of(""));
    while (!below.isEmpty()) {
      Path directory = below.pop();
      List<String> names = names(expected.resolve(directory));
      List<String> others = names(found.resolve(directory));
      if (!names.equals(others)) {
        return Optional.of(
            "'%s' has %d entries, expected %d, or others"
                .formatted(directory, others.size(), names.size()));
      }
      for (String name : names) {
        Path path = directory.resolve(name);
        String wanted = facts(expected.resolve(path));
        String is = facts(found.resolve(path));
        if (!wanted.equals(is)) {
          return Optional.of("'%s': expected %s, found %s".formatted(path, wanted, is));
        }
        if (wanted.startsWith(DIRECTORY)) {
          below.push(path);
        } else if (wanted.startsWith(FILE)
            && Files.mismatch(expected.resolve(path), found.resolve(path)) >= 0) {
          return Optional.of("'%s' has another content".formatted(path));
        }
      }
    }
    return Optional.empty();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  static String item(Path path) throws IOException {
    String facts = facts(path);
    return facts.startsWith(FILE) ? facts + " with " + sha256(path) : facts;
  }

  private static String facts(Path path) throws IOException {
    Map<String, Object> all =
        Files.readAttributes(
            path,
            "unix:mode,lastModifiedTime,isRegularFile,isDirectory,isSymbolicLink",
            NOFOLLOW_LINKS);
    if (all.get("isSymbolicLink") instanceof Boolean link && link) {
      return "link to " + Files.readSymbolicLink(path);
    }
    String mode = all.get("mode") instanceof Integer bits ? Integer.toOctalString(bits) : "?";
    if (all.get("isDirectory") instanceof Boolean directory && directory) {
      return DIRECTORY + mode;
    }
    return FILE + "%s of %s".formatted(mode, all.get("lastModifiedTime"));
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    byte[] buffer = BUFFER.get();
    try (InputStream in = Files.newInputStream(file, NOFOLLOW_LINKS)) {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        digest.update(buffer, 0, length);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /// One line that stands for all of it.
  @Override
  public String toString() {
    StringBuilder all = new StringBuilder();
    new TreeMap<>(items).forEach((path, item) -> all.append(path).append(item).append('\n'));
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(all.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
