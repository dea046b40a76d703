package dev.gnomon.bench.micro;

import dev.gnomon.bench.work.MadeUp;
import dev.gnomon.store.blobs.ContentIds;
import dev.gnomon.store.blobs.FastCdc;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.keys.DataKey;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// Names of content: SHA-256, and HMAC-SHA-256 in an encrypted store.
public class Hashes extends Timed {
  private final byte[] chunk = MadeUp.noise(CHUNK_BYTES, 1);
  private final byte[] small = MadeUp.noise(SMALL_BYTES, 1);
  private final ContentIds keyed = DataKey.fresh().form(2, FastCdc.DEFAULT).ids();

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public Hash sha256() {
    return ContentIds.SHA_256.of(chunk);
  }

  @Benchmark
  @OperationsPerInvocation(SMALL_BYTES)
  public Hash sha256OfSmall() {
    return ContentIds.SHA_256.of(small);
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public Hash hmac() {
    return keyed.of(chunk);
  }

  @Benchmark
  @OperationsPerInvocation(SMALL_BYTES)
  public Hash hmacOfSmall() {
    return keyed.of(small);
  }
}
