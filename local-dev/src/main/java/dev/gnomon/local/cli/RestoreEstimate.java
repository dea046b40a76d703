package dev.gnomon.local.cli;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.shadow.RestorePlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// How long a planned restore will probably take: its bytes at the rate at which, just now, some
/// packs of the store could be read; the same bytes, and its number of files, at the rates at which
/// one large and some small files could be written and flushed on the target's own disk. One after
/// the other, and without what others do meanwhile: a guess. What a restore to a bucket takes there
/// is not known before it is tried: it is taken to be as fast as the store.
///
/// @param storeBytesPerSecond of reading stored bytes, which unpack to more
/// @param diskBytesPerSecond of writing to the target's disk; empty for a bucket
/// @param diskFilesPerSecond of making small files there; empty for a bucket
record RestoreEstimate(
    double seconds,
    double storeBytesPerSecond,
    Optional<Double> diskBytesPerSecond,
    Optional<Double> diskFilesPerSecond) {
  private static final String PACKS = "store/packs/";
  private static final int MAX_PACKS = 4;
  private static final long SAMPLE_BYTES = 8 << 20;
  private static final int SAMPLE_FILES = 64;
  private static final int SMALL_BYTES = 1 << 10;
  private static final int BUFFER_BYTES = 1 << 17;
  private static final double NANOS = 1e9;

  /// @param disk a directory of the disk that is measured, see [#disk]; empty for a bucket
  /// @return empty if nothing is to be written, or nothing could be measured
  static Optional<RestoreEstimate> of(RestorePlan plan, ObjectStore store, Optional<Path> disk) {
    if (plan.bytesToWrite() == 0 && plan.filesToWrite() == 0) {
      return Optional.empty();
    }
    try {
      double fetched = readRate(store);
      if (!(fetched > 0)) {
        return Optional.empty();
      }
      double fetching = plan.bytesToWrite() / fetched;
      if (disk.isEmpty()) {
        return Optional.of(
            new RestoreEstimate(2 * fetching, fetched, Optional.empty(), Optional.empty()));
      }
      Path trial = Files.createTempDirectory(disk.get(), ".gnomon-estimate");
      try {
        double written = writeRate(trial);
        double made = makeRate(trial);
        double writing = plan.bytesToWrite() / written + plan.filesToWrite() / made;
        return Optional.of(
            new RestoreEstimate(
                fetching + writing, fetched, Optional.of(written), Optional.of(made)));
      } finally {
        remove(trial);
      }
    } catch (IOException e) { // such as a full disk: the plan is worth showing without a guess
      return Optional.empty();
    }
  }

  /// A directory of the disk that a target lies on, where a trial may be made: the nearest
  /// directory above it that is there, or the target itself where that is the root of a file
  /// system.
  static Optional<Path> disk(Path target) {
    Path above = target.getParent();
    while (above != null && !Files.isDirectory(above)) {
      above = above.getParent();
    }
    if (above == null) {
      return Optional.empty();
    }
    try {
      boolean mounted =
          Files.isDirectory(target)
              && !Files.getFileStore(target).equals(Files.getFileStore(above));
      return Optional.of(mounted ? target : above);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  String sentence() {
    String where =
        diskBytesPerSecond.isPresent() && diskFilesPerSecond.isPresent()
            ? "the target's disk took %s/s and %.0f small files/s"
                .formatted(
                    Amounts.bytes(diskBytesPerSecond.get().longValue()), diskFilesPerSecond.get())
            : "the bucket is taken to be as fast";
    return "estimate: %.0f s (a guess: just now the store gave %s/s, and %s)"
        .formatted(Math.max(1, seconds), Amounts.bytes((long) storeBytesPerSecond), where);
  }

  private static double readRate(ObjectStore store) throws IOException {
    long start = System.nanoTime();
    long read = 0;
    byte[] buffer = new byte[BUFFER_BYTES];
    ObjectPage packs = store.list(PACKS, Optional.<ObjectName>empty(), MAX_PACKS);
    for (ObjectStat pack : packs.objects()) {
      Optional<InputStream> content =
          read < SAMPLE_BYTES
              ? store.read(pack.name(), new ByteRange(0, SAMPLE_BYTES - read))
              : Optional.empty();
      if (content.isPresent()) {
        try (InputStream in = content.get()) {
          for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            read += length;
          }
        }
      }
    }
    return read / ((System.nanoTime() - start) / NANOS);
  }

  private static double writeRate(Path trial) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            trial.resolve("large"), StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      ByteBuffer zeros = ByteBuffer.allocate(BUFFER_BYTES);
      long start = System.nanoTime();
      for (long written = 0; written < SAMPLE_BYTES; written += BUFFER_BYTES) {
        zeros.clear();
        while (zeros.hasRemaining()) {
          channel.write(zeros);
        }
      }
      channel.force(true);
      return SAMPLE_BYTES / ((System.nanoTime() - start) / NANOS);
    }
  }

  private static double makeRate(Path trial) throws IOException {
    byte[] content = new byte[SMALL_BYTES];
    long start = System.nanoTime();
    for (int i = 0; i < SAMPLE_FILES; i++) {
      Path temporary = trial.resolve("new-" + i);
      Files.write(temporary, content, StandardOpenOption.CREATE_NEW);
      Files.move(temporary, trial.resolve("small-" + i), StandardCopyOption.ATOMIC_MOVE);
    }
    try (FileChannel directory = FileChannel.open(trial, StandardOpenOption.READ)) {
      directory.force(true); // a journaling file system flushes all of them with it
    }
    return SAMPLE_FILES / ((System.nanoTime() - start) / NANOS);
  }

  private static void remove(Path trial) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(trial)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(trial);
  }
}
