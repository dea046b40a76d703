package dev.gnomon.verification.disks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Assumptions;

/// A small ext4 in a file, mounted for one test. It gives out its last block, to everybody, and
/// takes writes past the page cache as the disks of real machines do. Making one needs root;
/// elsewhere the test is skipped, and says so. Unmounted and deleted when it is closed, or when the
/// JVM ends.
public final class SmallDisk implements AutoCloseable {
  private static final int BLOCK_BYTES = 4096;
  private static final String FILLER = "filler";

  private final Path image;
  private final Path root;
  private final Thread ender;

  private SmallDisk(Path image, Path root) {
    this.image = image;
    this.root = root;
    this.ender = new Thread(() -> run("umount", "-l", root.toString()));
    Runtime.getRuntime().addShutdownHook(ender);
  }

  /// Mounts a new one, or skips the test.
  ///
  /// @param directory an empty one for it
  /// @param mebibytes its size, at least 8
  public static SmallDisk mounted(Path directory, int mebibytes) throws IOException {
    Path image = directory.resolve("disk.img");
    Path root = Files.createDirectory(directory.resolve("disk"));
    Files.createFile(image);
    String refused = run("truncate", "-s", mebibytes + "M", image.toString());
    if (refused.isEmpty()) {
      // No blocks are kept for root, who the test may be, and none are looked at later.
      refused =
          run(
              "mkfs.ext4",
              "-q",
              "-F",
              "-m",
              "0",
              "-b",
              Integer.toString(BLOCK_BYTES),
              "-E",
              "lazy_itable_init=0,lazy_journal_init=0",
              image.toString());
    }
    if (refused.isEmpty()) {
      refused = run("mount", "-o", "loop", image.toString(), root.toString());
    }
    if (!refused.isEmpty()) {
      Files.delete(image);
      System.out.println("SKIPPED: no small disk can be mounted here: " + refused);
    }
    Assumptions.assumeTrue(refused.isEmpty(), "no small disk can be mounted here: " + refused);
    return new SmallDisk(image, root);
  }

  /// Where it is mounted.
  public Path root() {
    return root;
  }

  public long freeBytes() throws IOException {
    return Files.getFileStore(root).getUsableSpace();
  }

  /// Takes up what is free, also what the file system gives back only once it has written out what
  /// it keeps in memory: blocks set aside for its maps, and those of files deleted before.
  ///
  /// @param leftBytes about so many stay free
  public void fill(long leftBytes) throws IOException {
    try (FileChannel filler =
        FileChannel.open(
            root.resolve(FILLER), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      boolean more = true;
      while (more && freeBytes() >= leftBytes + BLOCK_BYTES) {
        more = append(filler, freeBytes() - leftBytes);
        filler.force(true);
      }
    }
  }

  /// @return whether the disk took any of it
  private static boolean append(FileChannel filler, long bytes) {
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    boolean any = false;
    try {
      for (long left = bytes; left >= BLOCK_BYTES; left -= BLOCK_BYTES) {
        any |= filler.write(block.clear()) > 0;
      }
    } catch (IOException e) { // full: the last blocks may be needed for its maps
      return any;
    }
    return any;
  }

  /// Frees what [#fill] took.
  public void free() throws IOException {
    Files.delete(root.resolve(FILLER));
  }

  /// @throws IOException if somebody has a file of it open yet
  @Override
  public void close() throws IOException {
    String busy = run("umount", root.toString());
    if (!busy.isEmpty()) {
      String ignored = run("umount", "-l", root.toString());
    }
    Runtime.getRuntime().removeShutdownHook(ender);
    Files.delete(image);
    if (!busy.isEmpty()) {
      throw new IOException("the disk was left in use: " + busy);
    }
  }

  /// @return empty if it went well, and what was said if not
  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? "" : command[0] + " refused: " + said.strip();
    } catch (IOException e) {
      return String.valueOf(e.getMessage()); // there is no such program
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }
}
