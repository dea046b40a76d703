package dev.gnomon.bench.micro;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gnomon.bench.work.MadeUp;
import dev.gnomon.store.blobs.FastCdc;
import dev.gnomon.store.blobs.Seal;
import dev.gnomon.store.keys.DataKey;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// AES-256-GCM as an encrypted store seals its pieces.
public class Seals extends Timed {
  private final Seal seal = DataKey.fresh().form(2, FastCdc.DEFAULT).pieces();
  private final byte[] about = "what it is".getBytes(US_ASCII);
  private final byte[] plain = MadeUp.noise(CHUNK_BYTES, 1);
  private final byte[] sealed = seal.seal(plain, plain.length, about);

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public byte[] seal() {
    return seal.seal(plain, plain.length, about);
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public byte[] open() {
    return seal.open(sealed, about);
  }
}
