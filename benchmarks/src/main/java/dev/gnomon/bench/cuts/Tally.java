package dev.gnomon.bench.cuts;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.gnomon.store.blobs.FastCdc;
import dev.gnomon.store.blobs.Hash;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/// What one choice of cuts and level would store of some trees.
final class Tally extends SimpleFileVisitor<Path> {
  private static final double MIB = 1 << 20;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final Choice choice;
  private final ZstdCompressCtx zstd = new ZstdCompressCtx();
  private final Set<Hash> met = new HashSet<>();
  private final byte[] buffer;
  private final byte[] compressed;
  private long rawBytes;
  private long dedupBytes;
  private long storedBytes;
  private long cutNanos;
  private long hashNanos;
  private long compressNanos;

  /// @param normalisation as in the cuts
  record Choice(FastCdc cuts, int normalisation, int level) {}

  Tally(Choice choice) {
    this.choice = choice;
    this.zstd.setLevel(choice.level());
    this.buffer = new byte[choice.cuts().maxBytes()];
    this.compressed = new byte[(int) Zstd.compressBound(buffer.length)];
  }

  void take(Path tree) throws IOException {
    Files.walkFileTree(tree, this);
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (attributes.isRegularFile()) {
      try (InputStream in = Files.newInputStream(file)) {
        content(in);
      }
    }
    return FileVisitResult.CONTINUE;
  }

  private void content(InputStream in) throws IOException {
    int filled = in.readNBytes(buffer, 0, buffer.length);
    while (filled > 0) {
      long start = threads.getCurrentThreadCpuTime();
      int length = choice.cuts().cut(buffer, 0, filled);
      long cut = threads.getCurrentThreadCpuTime();
      cutNanos += cut - start;
      chunk(length, cut);
      System.arraycopy(buffer, length, buffer, 0, filled - length);
      filled -= length;
      filled += in.readNBytes(buffer, filled, buffer.length - filled);
    }
  }

  private void chunk(int length, long start) {
    Hash hash = Hash.of(buffer, 0, length);
    long hashed = threads.getCurrentThreadCpuTime();
    hashNanos += hashed - start;
    rawBytes += length;
    if (!met.add(hash)) {
      return;
    }
    dedupBytes += length;
    int size = zstd.compressByteArray(compressed, 0, compressed.length, buffer, 0, length);
    storedBytes += Math.min(size, length);
    compressNanos += threads.getCurrentThreadCpuTime() - hashed;
  }

  /// One line of the table.
  String row() {
    return "| %s, n%d | %d | %d | %.1f | %.1f | %.0f | %.0f | %.0f | %.0f |"
        .formatted(
            choice.cuts().text().substring("fastcdc-".length()),
            choice.normalisation(),
            choice.level(),
            met.size(),
            dedupBytes / MIB,
            storedBytes / MIB,
            speed(rawBytes, cutNanos),
            speed(rawBytes, hashNanos),
            speed(dedupBytes, compressNanos),
            speed(rawBytes, cutNanos + hashNanos + compressNanos));
  }

  private static double speed(long bytes, long nanos) {
    return nanos == 0 ? 0 : bytes * 1e3 / nanos;
  }
}
