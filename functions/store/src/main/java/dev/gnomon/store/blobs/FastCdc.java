package dev.gnomon.store.blobs;

/// Content-defined cuts by a rolling gear hash with normalised chunk sizes.
///
/// Source: Xia et al., "FastCDC: a Fast and Efficient Content-Defined Chunking Approach for Data
/// Deduplication", USENIX ATC 2016. The gear table is SplitMix64 from seed 0x676e6f6d6f6e
/// ("gnomon"); it is part of the stored format: another table cuts elsewhere, and nothing old is
/// found again.
///
/// @param minBytes no cut before
/// @param averageBytes where cuts become likely; a power of two
/// @param maxBytes a cut at the latest
public record FastCdc(int minBytes, int averageBytes, int maxBytes) implements Cutter {
  /// The cuts of format 1.
  public static final FastCdc FORMAT_1 = new FastCdc(512 << 10, 1 << 20, 4 << 20);

  private static final int NORMALISATION_BITS = 2;
  private static final long[] GEAR = gear();

  public FastCdc {
    if (minBytes < 1
        || minBytes > averageBytes
        || averageBytes > maxBytes
        || Integer.bitCount(averageBytes) != 1) {
      throw new IllegalArgumentException(
          "chunk sizes need 1 <= min <= average (a power of two) <= max: %d, %d, %d"
              .formatted(minBytes, averageBytes, maxBytes));
    }
  }

  @Override
  public int cut(byte[] buffer, int offset, int length) {
    if (length <= minBytes) {
      return length;
    }
    int bits = Integer.numberOfTrailingZeros(averageBytes);
    long rare = -1L << (Long.SIZE - (bits + NORMALISATION_BITS));
    long frequent = -1L << (Long.SIZE - (bits - NORMALISATION_BITS));
    int end = Math.min(length, maxBytes);
    int normal = Math.min(end, averageBytes);
    long hash = 0;
    int at = minBytes;
    for (; at < normal; at++) {
      hash = (hash << 1) + GEAR[buffer[offset + at] & 0xff];
      if ((hash & rare) == 0) {
        return at + 1;
      }
    }
    for (; at < end; at++) {
      hash = (hash << 1) + GEAR[buffer[offset + at] & 0xff];
      if ((hash & frequent) == 0) {
        return at + 1;
      }
    }
    return end;
  }

  private static long[] gear() {
    long[] table = new long[256];
    long state = 0x676e6f6d6f6eL;
    for (int i = 0; i < table.length; i++) {
      state += 0x9e3779b97f4a7c15L;
      long z = state;
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      table[i] = z ^ (z >>> 31);
    }
    return table;
  }
}
