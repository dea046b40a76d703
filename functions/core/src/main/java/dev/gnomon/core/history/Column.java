package dev.gnomon.core.history;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;

/// A column of whole numbers, some of them unknown, as text: base64 of pairs (step, how often),
/// both variable-length numbers of 7 bits a byte, the lowest first. A step is 0 for an unknown
/// value, else 1 + the zigzag form of the difference to the last known value. So a value that stays
/// is a few bytes however long it stays. (Delta and run-length coding, as in columnar formats.)
final class Column {
  /// Stands for an unknown value.
  static final long UNKNOWN = Long.MIN_VALUE;

  /// Values of a column, at most: more is damage.
  static final int MAX_VALUES = 1 << 17;

  /// Differences beyond are none that a measurement has.
  private static final long MAX_VALUE = 1L << 50;

  private static final int BITS = 7;
  private static final int MORE = 1 << BITS;

  private Column() {}

  static String encode(long[] values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long last = 0;
    int i = 0;
    while (i < values.length) {
      long step = step(values[i], last);
      int run = 0;
      while (i < values.length && step(values[i], last) == step) {
        last = values[i] == UNKNOWN ? last : values[i];
        run++;
        i++;
      }
      write(out, step);
      write(out, run);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
  }

  private static long step(long value, long last) {
    if (value == UNKNOWN) {
      return 0;
    }
    if (Math.abs(value) > MAX_VALUE) {
      throw new IllegalArgumentException(
          "a value of a history is at most %d: %d".formatted(MAX_VALUE, value));
    }
    long difference = value - last;
    return 1 + ((difference << 1) ^ (difference >> (Long.SIZE - 1)));
  }

  private static void write(ByteArrayOutputStream out, long number) {
    long rest = number;
    while (rest >= MORE) {
      out.write((int) (rest % MORE) | MORE);
      rest >>>= BITS;
    }
    out.write((int) rest);
  }

  /// @throws IllegalArgumentException if the text is no column
  static long[] decode(String text) {
    byte[] bytes = Base64.getUrlDecoder().decode(text);
    int[] at = {0};
    long[] values = new long[64];
    int count = 0;
    long last = 0;
    while (at[0] < bytes.length) {
      long step = read(bytes, at);
      long run = read(bytes, at);
      if (run < 1 || run > MAX_VALUES - count) {
        throw new IllegalArgumentException(
            "a column has at most %d values, found a run of %d after %d"
                .formatted(MAX_VALUES, run, count));
      }
      long difference = step == 0 ? 0 : ((step - 1) >>> 1) ^ -((step - 1) & 1);
      for (long i = 0; i < run; i++) {
        if (count == values.length) {
          values = Arrays.copyOf(values, 2 * count);
        }
        last += difference;
        if (Math.abs(last) > MAX_VALUE) {
          throw new IllegalArgumentException("a column holds a value beyond " + MAX_VALUE);
        }
        values[count++] = step == 0 ? UNKNOWN : last;
      }
    }
    return Arrays.copyOf(values, count);
  }

  private static long read(byte[] bytes, int[] at) {
    long number = 0;
    for (int shift = 0; shift < Long.SIZE - 1; shift += BITS) {
      if (at[0] >= bytes.length) {
        throw new IllegalArgumentException("a column ends within a number");
      }
      byte next = bytes[at[0]++];
      number |= (long) (next & (MORE - 1)) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw new IllegalArgumentException("a column holds a number that is too long");
  }
}
