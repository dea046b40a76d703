package dev.gnomon.store.blobs;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Content-defined cuts by a rolling gear hash with normalised chunk sizes.
///
/// Source: Xia et al., "FastCDC: a Fast and Efficient Content-Defined Chunking Approach for Data
/// Deduplication", USENIX ATC 2016. The sizes and the gear table are part of the stored format:
/// others cut elsewhere, and nothing old is found again. The table is SplitMix64 from seed
/// 0x676e6f6d6f6e ("gnomon"), or secret in an encrypted store. Thread-safe.
public final class FastCdc implements Cutter {
  /// The cuts of format 1.
  public static final FastCdc FORMAT_1 = new FastCdc(512 << 10, 1 << 20, 4 << 20);

  /// The cuts of new stores, by measurement: docs/adr/0014.
  public static final FastCdc DEFAULT = new FastCdc(256 << 10, 512 << 10, 2 << 20);

  private static final int NORMALISATION_BITS = 2;
  private static final int GEAR_VALUES = 256;
  private static final Pattern TEXT = Pattern.compile("fastcdc-(\\d{1,9})-(\\d{1,9})-(\\d{1,9})");

  private final int minBytes;
  private final int averageBytes;
  private final int maxBytes;
  private final int normalisationBits;
  private final long rare;
  private final long frequent;
  private final long[] gear;

  /// @param minBytes no cut before
  /// @param averageBytes where cuts become likely; a power of two
  /// @param maxBytes a cut at the latest; no more than a pack can hold in one piece
  public FastCdc(int minBytes, int averageBytes, int maxBytes) {
    this(minBytes, averageBytes, maxBytes, NORMALISATION_BITS, gear());
  }

  private FastCdc(
      int minBytes, int averageBytes, int maxBytes, int normalisationBits, long[] gear) {
    if (minBytes < 1
        || minBytes > averageBytes
        || averageBytes > maxBytes
        || maxBytes > PackFormat.MAX_BLOB_BYTES
        || averageBytes < 1 << NORMALISATION_BITS + 1
        || Integer.bitCount(averageBytes) != 1) {
      throw new IllegalArgumentException(
          "chunk sizes need 1 <= min <= average (a power of two from 8) <= max <= %d: %d, %d, %d"
              .formatted(PackFormat.MAX_BLOB_BYTES, minBytes, averageBytes, maxBytes));
    }
    this.minBytes = minBytes;
    this.averageBytes = averageBytes;
    this.maxBytes = maxBytes;
    this.gear = gear;
    int bits = Integer.numberOfTrailingZeros(averageBytes);
    this.normalisationBits = normalisationBits;
    this.rare = -1L << (Long.SIZE - (bits + normalisationBits));
    this.frequent = -1L << (Long.SIZE - (bits - normalisationBits));
  }

  /// @param text as [#text] gives it
  /// @throws IllegalArgumentException if these are no cuts that this program can make
  public static FastCdc parse(String text) {
    Matcher sizes = TEXT.matcher(text);
    if (!sizes.matches()) {
      throw new IllegalArgumentException(
          "cuts must be fastcdc-<min>-<average>-<max>: '" + text + "'");
    }
    return new FastCdc(
        Integer.parseInt(sizes.group(1)),
        Integer.parseInt(sizes.group(2)),
        Integer.parseInt(sizes.group(3)));
  }

  /// The same sizes with another gear table, so that lengths of chunks say less about content.
  ///
  /// @param table 256 values
  public FastCdc withGear(long[] table) {
    if (table.length != GEAR_VALUES) {
      throw new IllegalArgumentException(
          "a gear table has 256 values, this one has " + table.length);
    }
    return new FastCdc(minBytes, averageBytes, maxBytes, normalisationBits, table.clone());
  }

  /// Other cuts than any store has, to measure them.
  public FastCdc withNormalisation(int bits) {
    return new FastCdc(minBytes, averageBytes, maxBytes, bits, gear);
  }

  /// The sizes, as `store/format` names them.
  public String text() {
    return "fastcdc-%d-%d-%d".formatted(minBytes, averageBytes, maxBytes);
  }

  @Override
  public int maxBytes() {
    return maxBytes;
  }

  @Override
  public int cut(byte[] buffer, int offset, int length) {
    if (length <= minBytes) {
      return length;
    }
    long[] table = gear;
    int end = Math.min(length, maxBytes);
    int normal = Math.min(end, averageBytes);
    long hash = 0;
    int at = minBytes;
    for (; at < normal; at++) {
      hash = (hash << 1) + table[buffer[offset + at] & 0xff];
      if ((hash & rare) == 0) {
        return at + 1;
      }
    }
    for (; at < end; at++) {
      hash = (hash << 1) + table[buffer[offset + at] & 0xff];
      if ((hash & frequent) == 0) {
        return at + 1;
      }
    }
    return end;
  }

  private static long[] gear() {
    long[] table = new long[GEAR_VALUES];
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
