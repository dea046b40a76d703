package dev.gnomon.store.blobs;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.util.Arrays;

/// A cheap look at whether content shrinks. Where some bytes are much more frequent than others it
/// does, and counting a few thousand of them tells; where they are not, samples are compressed.
/// Saves the time for what is compressed already: pictures, archives, other people's encryption.
/// Times are in docs/adr/0014. For one thread.
final class Trial {
  private static final int WORTH_A_TRIAL_BYTES = 64 << 10;
  private static final int SAMPLES = 4;
  private static final int COUNTED_BYTES = 1 << 10;
  private static final int SAMPLE_BYTES = 4 << 10;
  private static final int VALUES = 256;

  /// The sum of squares of counts is 1.06 times the least possible one for noise, 1.1 to 1.3 for
  /// pictures and archives, above 2 for nearly everything that shrinks.
  private static final double EVEN = 1.4;

  private static final ThreadLocal<Trial> TRIAL = ThreadLocal.withInitial(Trial::new);

  private final ZstdCompressCtx zstd = new ZstdCompressCtx().setLevel(1);
  private final int[] counts = new int[VALUES];
  private final byte[] sample = new byte[SAMPLES * SAMPLE_BYTES];
  private final byte[] compressed = new byte[(int) Zstd.compressBound(sample.length)];

  private Trial() {}

  /// Whether it is worth to compress the content.
  static boolean promises(byte[] content, int length) {
    if (length < WORTH_A_TRIAL_BYTES) {
      return true;
    }
    Trial trial = TRIAL.get();
    return trial.uneven(content, length) || trial.shrinks(content, length);
  }

  private boolean uneven(byte[] content, int length) {
    Arrays.fill(counts, 0);
    int stride = (length - COUNTED_BYTES) / (SAMPLES - 1);
    for (int i = 0; i < SAMPLES; i++) {
      int end = i * stride + COUNTED_BYTES;
      for (int at = i * stride; at < end; at++) {
        counts[content[at] & 0xff]++;
      }
    }
    long squares = 0;
    for (int count : counts) {
      squares += (long) count * count;
    }
    long counted = (long) SAMPLES * COUNTED_BYTES;
    return squares > EVEN * counted * counted / VALUES;
  }

  private boolean shrinks(byte[] content, int length) {
    int stride = (length - SAMPLE_BYTES) / (SAMPLES - 1);
    for (int i = 0; i < SAMPLES; i++) {
      System.arraycopy(content, i * stride, sample, i * SAMPLE_BYTES, SAMPLE_BYTES);
    }
    int size = zstd.compressByteArray(compressed, 0, compressed.length, sample, 0, sample.length);
    return size < sample.length - sample.length / 64;
  }
}
