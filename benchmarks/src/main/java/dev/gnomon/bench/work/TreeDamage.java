package dev.gnomon.bench.work;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Changes a hundredth of the files of a directory, chosen by a seed, and makes sure of each that
/// it really changed.
public final class TreeDamage {
  private static final int HUNDREDTH = 100;
  private static final int ADDED_EACH = 10;
  private static final String ADDED = ".added-by-bench-";

  private final Path root;
  private final List<String> files;

  /// @param files relative paths of the regular files that are not empty
  private TreeDamage(Path root, List<String> files) {
    this.root = root;
    this.files = List.copyOf(files);
  }

  public static TreeDamage of(Path root) throws IOException {
    List<String> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && attributes.size() > 0) {
              files.add(root.relativize(file).toString());
            }
            return FileVisitResult.CONTINUE;
          }
        });
    Collections.sort(files);
    return new TreeDamage(root, files);
  }

  /// What a user does: bytes in the middle overwritten, or some appended, with new times.
  ///
  /// @return relative paths of what changed
  public List<String> edit(long seed) throws IOException {
    List<String> chosen = chosen(seed);
    for (int i = 0; i < chosen.size(); i++) {
      Path file = root.resolve(chosen.get(i));
      if (i % 2 == 0) {
        flip(file);
      } else {
        Files.writeString(file, "edited " + seed, StandardOpenOption.APPEND);
      }
    }
    return chosen;
  }

  /// What a bad day does: files deleted, truncated, replaced and added; and, if asked for, single
  /// bits flipped under an unchanged size and time.
  ///
  /// @return relative paths of what changed
  public List<String> damage(long seed, boolean unseen) throws IOException {
    List<String> chosen = new ArrayList<>(chosen(seed));
    int count = chosen.size();
    for (int i = 0; i < count; i++) {
      Path file = root.resolve(chosen.get(i));
      switch (i % 4) {
        case 0 -> Files.delete(file);
        case 1 -> truncate(file);
        case 2 -> flip(file);
        default -> {
          FileTime time = Files.getLastModifiedTime(file, NOFOLLOW_LINKS);
          flip(file);
          if (unseen) {
            Files.setLastModifiedTime(file, time);
            if (!Files.getLastModifiedTime(file, NOFOLLOW_LINKS).equals(time)) {
              throw new IOException("the time of " + file + " could not be set back");
            }
          }
        }
      }
      if (i % ADDED_EACH == 0) {
        Path added = file.resolveSibling(ADDED + i);
        Files.writeString(added, "added " + seed, StandardCharsets.UTF_8);
        chosen.add(root.relativize(added).toString());
      }
    }
    return chosen;
  }

  private List<String> chosen(long seed) {
    List<String> shuffled = new ArrayList<>(files);
    Collections.shuffle(shuffled, new Random(seed));
    return shuffled.subList(0, Math.max(1, shuffled.size() / HUNDREDTH));
  }

  private static void truncate(Path file) throws IOException {
    long size = Files.size(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size / 2);
    }
    if (Files.size(file) >= size) {
      throw new IOException(file + " could not be truncated");
    }
  }

  private static void flip(Path file) throws IOException {
    long size = Files.size(file);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      byte before = at(channel, size / 2);
      channel.write(ByteBuffer.wrap(new byte[] {(byte) ~before}), size / 2);
      if (at(channel, size / 2) == before || channel.size() != size) {
        throw new IOException("no byte of " + file + " could be flipped");
      }
    }
  }

  private static byte at(FileChannel channel, long position) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    if (channel.read(one, position) != 1) {
      throw new IOException("the file ended before byte " + position);
    }
    return one.get(0);
  }
}
