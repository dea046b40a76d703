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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// How long a planned restore will probably take: its bytes at the rates at which, just now, some
/// packs of the store could be read and a file could be written and flushed. Without what small
/// files cost beside their bytes, and without what others do meanwhile: a guess.
///
/// @param seconds of fetching and writing one after the other
/// @param storeBytesPerSecond of reading stored bytes, which unpack to more
/// @param diskBytesPerSecond of writing to a temporary file of this machine
record RestoreEstimate(double seconds, double storeBytesPerSecond, double diskBytesPerSecond) {
  private static final String PACKS = "store/packs/";
  private static final int MAX_PACKS = 4;
  private static final long SAMPLE_BYTES = 8 << 20;
  private static final int BUFFER_BYTES = 1 << 17;
  private static final double NANOS = 1e9;

  /// @param temporary a directory of the disk that is measured
  /// @return empty if nothing is to be written, or nothing could be measured
  static Optional<RestoreEstimate> of(RestorePlan plan, ObjectStore store, Path temporary) {
    if (plan.bytesToWrite() == 0) {
      return Optional.empty();
    }
    double fetched;
    double written;
    try {
      fetched = readRate(store);
      written = writeRate(temporary);
    } catch (IOException e) { // such as a full disk: the plan is worth showing without a guess
      return Optional.empty();
    }
    if (!(fetched > 0) || !(written > 0)) {
      return Optional.empty();
    }
    return Optional.of(
        new RestoreEstimate(
            plan.bytesToWrite() / fetched + plan.bytesToWrite() / written, fetched, written));
  }

  String sentence() {
    return "estimate: %.0f s (a guess: just now the store gave %s/s, and a disk of this machine took %s/s)"
        .formatted(
            Math.max(1, seconds),
            Amounts.bytes((long) storeBytesPerSecond),
            Amounts.bytes((long) diskBytesPerSecond));
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

  private static double writeRate(Path temporary) throws IOException {
    Path file = Files.createTempFile(temporary, "gnomon-estimate", ".tmp");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
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
}
