package dev.gnomon.bench.micro;

import dev.gnomon.bench.work.MadeUp;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// SHA-256 of the JDK and nothing else.
public class Digests extends Timed {
  private final byte[] chunk = MadeUp.noise(CHUNK_BYTES, 1);
  private final byte[] small = MadeUp.noise(SMALL_BYTES, 1);
  private final MessageDigest digest;

  public Digests() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public byte[] sha256() {
    return digest.digest(chunk);
  }

  @Benchmark
  @OperationsPerInvocation(SMALL_BYTES)
  public byte[] sha256OfSmall() {
    return digest.digest(small);
  }
}
