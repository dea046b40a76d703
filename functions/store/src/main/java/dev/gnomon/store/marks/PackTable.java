package dev.gnomon.store.marks;

import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.Names;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntConsumer;

/// What a run knows of packs, by a number each; about 60 bytes a pack. For one thread.
public final class PackTable {
  private static final int LISTED = 1;
  private static final int CONDEMNED = 2;
  private static final int NAMED = 4;
  private static final int FIRST = 1 << 10;

  private int[] slots = new int[2 * FIRST];
  private long[] high = new long[FIRST];
  private long[] low = new long[FIRST];
  private long[] sizes = new long[FIRST];
  private long[] modified = new long[FIRST];
  private long[] liveBytes = new long[FIRST];
  private int[] livePieces = new int[FIRST];
  private byte[] flags = new byte[FIRST];
  private final Map<Integer, String> oddNames = new HashMap<>();
  private int count;

  /// The number of a pack, a new one if it was not met before.
  int number(String pack) {
    long[] key = key(pack);
    int slot = slot(key[0], key[1]);
    if (slots[slot] != 0) {
      return slots[slot] - 1;
    }
    if (count == high.length) {
      grow();
      slot = slot(key[0], key[1]);
    }
    high[count] = key[0];
    low[count] = key[1];
    slots[slot] = count + 1;
    if (!new UUID(key[0], key[1]).toString().equals(pack)) {
      oddNames.put(count, pack);
    }
    return count++;
  }

  /// How many packs were met; their numbers are below.
  public int size() {
    return count;
  }

  /// The number of a pack that was met, or -1.
  public int find(String pack) {
    long[] key = key(pack);
    return slots[slot(key[0], key[1])] - 1;
  }

  /// An entry of an index object says what lies in it.
  void named(int pack) {
    flags[pack] |= NAMED;
  }

  void listed(ObjectStat stat) {
    int pack = number(Names.last(stat.name()));
    flags[pack] |= LISTED;
    sizes[pack] = stat.sizeBytes();
    modified[pack] = stat.modified().toEpochMilli();
  }

  /// The pack is on an open condemned list.
  void condemned(String pack) {
    flags[number(pack)] |= CONDEMNED;
  }

  void live(int pack, int storedBytes) {
    liveBytes[pack] += storedBytes;
    livePieces[pack]++;
  }

  /// Every pack that was listed.
  public void each(IntConsumer use) {
    for (int pack = 0; pack < count; pack++) {
      if (isListed(pack)) {
        use.accept(pack);
      }
    }
  }

  public String name(int pack) {
    String odd = oddNames.get(pack);
    return odd == null ? new UUID(high[pack], low[pack]).toString() : odd;
  }

  public boolean isListed(int pack) {
    return (flags[pack] & LISTED) != 0;
  }

  public boolean isCondemned(int pack) {
    return (flags[pack] & CONDEMNED) != 0;
  }

  /// Whether a readable index object names it.
  public boolean isNamed(int pack) {
    return (flags[pack] & NAMED) != 0;
  }

  public long sizeBytes(int pack) {
    return sizes[pack];
  }

  public Instant modified(int pack) {
    return Instant.ofEpochMilli(modified[pack]);
  }

  /// Stored bytes of the pieces that roots count on.
  public long liveBytes(int pack) {
    return liveBytes[pack];
  }

  public int livePieces(int pack) {
    return livePieces[pack];
  }

  /// Which of two packs is counted on where both hold a blob: never a condemned one, else the one
  /// that was written later, so that a copy makes what it was made from superfluous.
  boolean better(int pack, int than) {
    if (isCondemned(pack) != isCondemned(than)) {
      return !isCondemned(pack);
    }
    if (modified[pack] != modified[than]) {
      return modified[pack] > modified[than];
    }
    return high[pack] != high[than] ? high[pack] > high[than] : low[pack] > low[than];
  }

  private int slot(long keyHigh, long keyLow) {
    int slot = (int) (keyHigh ^ keyLow ^ (keyLow >>> 32)) & (slots.length - 1);
    while (slots[slot] != 0
        && (high[slots[slot] - 1] != keyHigh || low[slots[slot] - 1] != keyLow)) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private void grow() {
    int length = Math.multiplyExact(2, high.length);
    high = Arrays.copyOf(high, length);
    low = Arrays.copyOf(low, length);
    sizes = Arrays.copyOf(sizes, length);
    modified = Arrays.copyOf(modified, length);
    liveBytes = Arrays.copyOf(liveBytes, length);
    livePieces = Arrays.copyOf(livePieces, length);
    flags = Arrays.copyOf(flags, length);
    slots = new int[Math.multiplyExact(2, length)];
    for (int pack = 0; pack < count; pack++) {
      slots[slot(high[pack], low[pack])] = pack + 1;
    }
  }

  private static long[] key(String pack) {
    if (pack.length() == 36) {
      try {
        UUID id = UUID.fromString(pack);
        if (id.toString().equals(pack)) {
          return new long[] {id.getMostSignificantBits(), id.getLeastSignificantBits()};
        }
      } catch (IllegalArgumentException e) {
        // a name that somebody else gave
      }
    }
    Hash hash = Hash.of(pack.getBytes(StandardCharsets.UTF_8));
    return new long[] {hash.a(), hash.b()};
  }
}
