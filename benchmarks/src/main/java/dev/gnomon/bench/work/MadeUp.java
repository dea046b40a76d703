package dev.gnomon.bench.work;

import dev.gnomon.store.blobs.Hash;
import java.util.Random;

/// Content and names of content that are made up from numbers: the same on every machine.
public final class MadeUp {
  private static final int WORDS = 4096;
  private static final int LONGEST_WORD = 10;

  private MadeUp() {}

  /// Uniform as hashes are.
  public static Hash hash(long number) {
    return new Hash(
        mixed(number * 4 + 1), mixed(number * 4 + 2), mixed(number * 4 + 3), mixed(number * 4 + 4));
  }

  /// SplitMix64 at a place of its sequence.
  public static long mixed(long state) {
    long z = state * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /// Words of which a few are frequent; Zstandard shrinks it to about two fifths, as it does source
  /// code and text.
  public static byte[] text(int length, long seed) {
    Random random = new Random(seed);
    byte[][] words = new byte[WORDS][];
    for (int i = 0; i < WORDS; i++) {
      byte[] word = new byte[1 + random.nextInt(LONGEST_WORD)];
      for (int at = 0; at < word.length; at++) {
        word[at] = (byte) ('a' + random.nextInt(26));
      }
      words[i] = word;
    }
    byte[] text = new byte[length];
    int at = 0;
    while (at < length) {
      double rank = random.nextDouble();
      byte[] word = words[(int) (rank * rank * rank * WORDS)];
      int take = Math.min(word.length, length - at);
      System.arraycopy(word, 0, text, at, take);
      at += take;
      if (at < length) {
        text[at++] = ' ';
      }
    }
    return text;
  }

  /// What no codec shrinks.
  public static byte[] noise(int length, long seed) {
    byte[] noise = new byte[length];
    new Random(seed).nextBytes(noise);
    return noise;
  }
}
