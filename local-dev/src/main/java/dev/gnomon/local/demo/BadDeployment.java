package dev.gnomon.local.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/// A deployment that goes wrong: it damages, deletes and adds files below the link, as an
/// application with a bad migration would.
final class BadDeployment {
  private static final int DAMAGED_PERCENT = 2;
  private static final int MIN_DAMAGED = 3;

  private final Path link;
  private final Set<String> spared;
  private final long seed;
  private int damaged;
  private int deleted;
  private int added;

  /// @param spared names of files and of top directories it leaves alone
  BadDeployment(Path link, Set<String> spared, long seed) {
    this.link = link;
    this.spared = spared;
    this.seed = seed;
  }

  String summary() {
    return "%d files damaged, %d deleted, %d added".formatted(damaged, deleted, added);
  }

  void run() throws IOException {
    Random random = new Random(seed);
    List<Path> files = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(link.toRealPath())) {
      Path root = link.toRealPath();
      paths
          .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
          .filter(path -> !spared.contains(root.relativize(path).getName(0).toString()))
          .filter(path -> !spared.contains(root.relativize(path).toString()))
          .sorted()
          .forEach(files::add);
    }
    int count = Math.min(files.size(), Math.max(MIN_DAMAGED, files.size() * DAMAGED_PERCENT / 100));
    for (int i = 0; i < count; i++) {
      Path file = files.remove(random.nextInt(files.size()));
      if (i % 3 == 2) {
        Files.delete(file);
        deleted++;
      } else {
        spoil(file, random);
        damaged++;
      }
    }
    for (int i = 0; i < Math.max(1, count / 2); i++) {
      Path file = link.resolve("release-2.0-rc/module-" + i + ".bin");
      Files.createDirectories(file.getParent());
      byte[] content = new byte[random.nextInt(64, 4096)];
      random.nextBytes(content);
      Files.write(file, content);
      added++;
    }
  }

  /// Half of them keep size and modification time: a flipped byte that only content shows.
  private static void spoil(Path file, Random random) throws IOException {
    var time = Files.getLastModifiedTime(file);
    long size = Files.size(file);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (size == 0) {
        channel.write(ByteBuffer.wrap(new byte[] {'!'}));
        return;
      }
      long at = random.nextLong(size);
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.flip();
      channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get() ^ 0x20)}), at);
      if (random.nextBoolean()) {
        channel.truncate(size / 2);
        return;
      }
    }
    Files.setLastModifiedTime(file, time);
  }
}
