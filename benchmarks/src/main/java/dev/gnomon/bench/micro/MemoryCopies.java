package dev.gnomon.bench.micro;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// What memory allows: to read every byte once and write it elsewhere.
public class MemoryCopies extends Timed {
  private final byte[] from = new byte[LARGE_BYTES];
  private final byte[] to = new byte[LARGE_BYTES];

  @Benchmark
  @OperationsPerInvocation(LARGE_BYTES)
  public byte[] copy() {
    System.arraycopy(from, 0, to, 0, LARGE_BYTES);
    return to;
  }
}
