package dev.gnomon.store.blobs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Byte arrays that are used again: those of chunks on their way and of open packs. A capture would
/// otherwise make new ones for all that it reads, and the JVM would spend a tenth of its time on
/// filling them with zeros and collecting them. Bounded; what is given back beyond that is dropped.
/// Thread-safe.
final class Buffers {
  private static final int MIN_SHIFT = 12;
  private static final int MAX_SHIFT = 21;
  private static final long MAX_KEPT_BYTES = 16L << 20;
  private static final int MAX_KEPT_PACKS = 4;

  private final List<Deque<byte[]>> free = new ArrayList<>();
  private final Deque<byte[]> packs = new ArrayDeque<>();
  private long keptBytes;

  Buffers() {
    for (int shift = MIN_SHIFT; shift <= MAX_SHIFT; shift++) {
      free.add(new ArrayDeque<>());
    }
  }

  /// An array of at least so many bytes; what is in it is left over from something else.
  byte[] take(int atLeast) {
    int shift = Math.max(MIN_SHIFT, Integer.SIZE - Integer.numberOfLeadingZeros(atLeast - 1));
    if (shift > MAX_SHIFT) {
      return new byte[atLeast];
    }
    synchronized (this) {
      byte @Nullable [] kept = free.get(shift - MIN_SHIFT).pollFirst();
      if (kept != null) {
        keptBytes -= kept.length;
        return kept;
      }
    }
    return new byte[1 << shift];
  }

  /// Nobody uses the array any more.
  synchronized void give(byte[] buffer) {
    int shift = Integer.numberOfTrailingZeros(buffer.length);
    if (shift < MIN_SHIFT
        || shift > MAX_SHIFT
        || buffer.length != 1 << shift
        || keptBytes + buffer.length > MAX_KEPT_BYTES) {
      return;
    }
    keptBytes += buffer.length;
    free.get(shift - MIN_SHIFT).addFirst(buffer);
  }

  /// An array that was given back by a pack of a full size.
  synchronized byte @Nullable [] takePack() {
    return packs.pollFirst();
  }

  synchronized void givePack(byte[] buffer) {
    if (packs.size() < MAX_KEPT_PACKS) {
      packs.addFirst(buffer);
    }
  }
}
