package dev.gnomon.bench.micro;

import dev.gnomon.bench.harness.Comparison;
import dev.gnomon.bench.harness.Measure;
import dev.gnomon.bench.harness.Unit;
import java.util.List;
import java.util.Optional;

/// One of our parts beside what bounds it. Benchmarks are named as JMH does, without the package,
/// with the number of entries where they have one.
///
/// @param limit whose figure stands beside ours
record MicroMeasure(String name, Unit unit, String ours, Limit limit, String bound) {

  /// What the machine, or the library, can do at best.
  enum Limit {
    MEMORY_COPY("memory-copy", "System.arraycopy of 64 MiB"),
    SHA_256("sha-256", "MessageDigest"),
    ZSTD("zstd-jni", "level 2"),
    LZ4("lz4-java", "fast"),
    AES_GCM("aes-gcm", "Cipher"),
    MEMORY_READ("memory-read", "two reads, one after the other");

    private final String title;
    private final String what;

    Limit(String title, String what) {
      this.title = title;
      this.what = what;
    }

    String title() {
      return title;
    }

    String what() {
      return what;
    }
  }

  static final List<MicroMeasure> ALL =
      List.of(
          bytes("chunk", "Chunks.cut", Limit.MEMORY_COPY, "MemoryCopies.copy"),
          bytes("hash", "Hashes.sha256", Limit.SHA_256, "Digests.sha256"),
          bytes("hash-1k", "Hashes.sha256OfSmall", Limit.SHA_256, "Digests.sha256OfSmall"),
          bytes("hmac", "Hashes.hmac", Limit.SHA_256, "Digests.sha256"),
          bytes("hmac-1k", "Hashes.hmacOfSmall", Limit.SHA_256, "Digests.sha256OfSmall"),
          bytes("store-zstd", "Codecs.storeZstd", Limit.ZSTD, "BareCodecs.compressZstd"),
          bytes("read-zstd", "Codecs.readZstd", Limit.ZSTD, "BareCodecs.decompressZstd"),
          bytes("store-lz4", "Codecs.storeLz4", Limit.LZ4, "BareCodecs.compressLz4"),
          bytes("read-lz4", "Codecs.readLz4", Limit.LZ4, "BareCodecs.decompressLz4"),
          bytes("store-none", "Codecs.storeNoise", Limit.MEMORY_COPY, "MemoryCopies.copy"),
          bytes("read-none", "Codecs.readNoise", Limit.SHA_256, "Digests.sha256"),
          bytes("seal", "Seals.seal", Limit.AES_GCM, "BareCiphers.encrypt"),
          bytes("open", "Seals.open", Limit.AES_GCM, "BareCiphers.decrypt"),
          lookups("lookup-hit-1m", "Lookups.hit:1000000", "MemoryReads.two:1000000"),
          lookups("lookup-miss-1m", "Lookups.miss:1000000", "MemoryReads.two:1000000"),
          lookups("lookup-hit-10m", "Lookups.hit:10000000", "MemoryReads.two:10000000"),
          lookups("lookup-miss-10m", "Lookups.miss:10000000", "MemoryReads.two:10000000"));

  private static MicroMeasure bytes(String name, String ours, Limit limit, String bound) {
    return new MicroMeasure(name, Unit.GIGABYTES_A_SECOND, ours, limit, bound);
  }

  private static MicroMeasure lookups(String name, String ours, String bound) {
    return new MicroMeasure(name, Unit.MILLIONS_A_SECOND, ours, Limit.MEMORY_READ, bound);
  }

  Measure measure() {
    return Measure.rate(name, unit)
        .against(new Comparison(limit.title(), Optional.empty(), Optional.empty()));
  }

  /// @param score a second
  double inUnit(double score) {
    return unit == Unit.GIGABYTES_A_SECOND ? score / 1e9 : score / 1e6;
  }
}
