package dev.gnomon.bench.micro;

import dev.gnomon.bench.work.MadeUp;
import dev.gnomon.store.blobs.FastCdc;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// Where content is cut.
public class Chunks extends Timed {
  private final byte[] content = MadeUp.noise(LARGE_BYTES, 1);

  @Benchmark
  @OperationsPerInvocation(LARGE_BYTES)
  public int cut() {
    int chunks = 0;
    for (int at = 0; at < content.length; chunks++) {
      at += FastCdc.DEFAULT.cut(content, at, content.length - at);
    }
    return chunks;
  }
}
