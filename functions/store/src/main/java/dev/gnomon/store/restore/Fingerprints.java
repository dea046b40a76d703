package dev.gnomon.store.restore;

import java.util.Random;

/// A set of 64-bit fingerprints in a plain array, 16 bytes each at worst. Bounded: what does not
/// fit is not remembered. Thread-safe.
final class Fingerprints {
  private static final int FIRST_SLOTS = 1 << 10;
  private static final int MAX_SLOTS = 1 << 22;

  private final long seed = new Random().nextLong();
  private long[] slots = new long[FIRST_SLOTS];
  private int size;

  /// @param parts of what is to be remembered
  long of(String name, long... parts) {
    long state = mix(seed, name.length());
    for (int i = 0; i < name.length(); i++) {
      state = (state ^ name.charAt(i)) * 0x100000001b3L;
    }
    for (long part : parts) {
      state = mix(state, part);
    }
    return state == 0 ? 1 : state; // 0 is an empty slot
  }

  private static long mix(long state, long value) {
    long z = (state ^ value) * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  synchronized void add(long fingerprint) {
    if (size * 2 >= slots.length) {
      if (slots.length == MAX_SLOTS) {
        return;
      }
      long[] old = slots;
      slots = new long[2 * old.length];
      for (long one : old) {
        if (one != 0) {
          slots[place(one)] = one;
        }
      }
    }
    int place = place(fingerprint);
    if (slots[place] == 0) {
      slots[place] = fingerprint;
      size++;
    }
  }

  synchronized boolean contains(long fingerprint) {
    return slots[place(fingerprint)] == fingerprint;
  }

  /// Where it is, or could be put.
  private int place(long fingerprint) {
    int mask = slots.length - 1;
    int at = (int) (fingerprint >>> 20) & mask;
    while (slots[at] != 0 && slots[at] != fingerprint) {
      at = (at + 1) & mask;
    }
    return at;
  }
}
