package dev.gnomon.store.prefix;

import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.store.tree.Encoder;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SortedMap;

/// A set of pairs that are known, by digests of 128 bits: 16 bytes a slot, whatever their keys.
/// What is beyond its limit is not remembered. For one thread.
final class KnownPairs {
  /// 2 million pairs, 64 MiB; as much again while a new set is made.
  static final int MAX = 1 << 21;

  private static final int SMALLEST = 1 << 10;

  private final int max;
  private long[] slots = new long[2 * SMALLEST];
  private int size;

  KnownPairs() {
    this(MAX);
  }

  KnownPairs(int max) {
    this.max = max;
  }

  /// @param high not both 0, like any digest
  record Print(long high, long low) {}

  /// Of what two lists say of one key.
  static Print of(Listed one, Listed other) {
    return print(line(line(new Encoder().text(Keys.raw(one.key())), one), other));
  }

  private static Encoder line(Encoder encoder, Listed listed) {
    return encoder
        .number(listed.size())
        .text(Keys.raw(listed.etag()))
        .signed(listed.modified().toEpochMilli());
  }

  /// Of what two objects of one key carry.
  static Print of(String key, Attributes one, Attributes other) {
    return print(attributes(attributes(new Encoder().text(Keys.raw(key)), one), other));
  }

  private static Encoder attributes(Encoder encoder, Attributes attributes) {
    map(encoder, attributes.headers());
    map(encoder, attributes.metadata());
    map(encoder, attributes.tags());
    return encoder;
  }

  private static void map(Encoder encoder, SortedMap<String, String> map) {
    encoder.number(map.size());
    map.forEach((name, value) -> encoder.text(Keys.raw(name)).text(Keys.raw(value)));
  }

  private static Print print(Encoder encoder) {
    try {
      ByteBuffer digest =
          ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(encoder.take()));
      return new Print(digest.getLong(), digest.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  boolean contains(Print print) {
    int at = slot(slots, print);
    return slots[at] != 0 || slots[at + 1] != 0;
  }

  /// @return false if there is no room for it
  boolean add(Print print) {
    int at = slot(slots, print);
    if (slots[at] != 0 || slots[at + 1] != 0) {
      return true;
    }
    if (isFull()) {
      return false;
    }
    put(slots, at, print);
    if (++size > slots.length / 4) {
      grow();
    }
    return true;
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size >= max;
  }

  private void grow() {
    long[] more = new long[2 * slots.length];
    for (int at = 0; at < slots.length; at += 2) {
      if (slots[at] != 0 || slots[at + 1] != 0) {
        Print print = new Print(slots[at], slots[at + 1]);
        put(more, slot(more, print), print);
      }
    }
    slots = more;
  }

  private static void put(long[] into, int at, Print print) {
    into[at] = print.high();
    into[at + 1] = print.low();
  }

  /// Where a print is, or would be.
  private static int slot(long[] in, Print print) {
    int mask = in.length / 2 - 1;
    int index = (int) print.low() & mask;
    while (true) {
      int at = 2 * index;
      boolean free = in[at] == 0 && in[at + 1] == 0;
      if (free || (in[at] == print.high() && in[at + 1] == print.low())) {
        return at;
      }
      index = (index + 1) & mask;
    }
  }
}
