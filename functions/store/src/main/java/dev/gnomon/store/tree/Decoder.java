package dev.gnomon.store.tree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Reads what [Encoder] wrote, and trusts none of it: lengths are bounded before memory is taken,
/// and names that could lead out of their directory are refused. For one thread: it has a buffer of
/// its own without a lock, because a manifest is read byte by byte and read often.
public final class Decoder {
  private static final int MAX_NAME_BYTES = 1024;
  private static final int MAX_PATH_BYTES = Entry.HardLinkEntry.MAX_TARGET_BYTES;
  private static final int MAX_VALUE_BYTES = 64 * 1024;

  /// More than a list of 64 KiB, the longest that Linux gives, can name.
  private static final int MAX_ATTRIBUTES = 16 << 10;

  private static final int BUFFER_BYTES = 1 << 13;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final InputStream in;
  private byte[] buffer;
  private int at;
  private int end;

  public Decoder(InputStream in) {
    this(in, BUFFER_BYTES);
  }

  private Decoder(InputStream in, int bufferBytes) {
    this.in = in;
    this.buffer = new byte[bufferBytes];
  }

  /// Reads content of a store.
  public static Decoder of(ContentRef content, Contents.Blobs blobs) {
    return new Decoder(
        Contents.stream(content, blobs), (int) Math.clamp(content.size(), 1, BUFFER_BYTES));
  }

  /// @return empty at the end of the content
  public Optional<Entry> next() {
    int kind = atEnd();
    if (kind < 0) {
      return Optional.empty();
    }
    String name = text(MAX_NAME_BYTES);
    return Optional.of(
        switch (kind) {
          case Encoder.FILE -> new Entry.FileEntry(name, meta(), content());
          case Encoder.SPARSE_FILE -> new Entry.FileEntry(name, meta(), content(), true);
          case Encoder.DIRECTORY ->
              new Entry.DirEntry(
                  name,
                  meta(),
                  content(),
                  new Entry.Totals(number(), number(), number(), number()));
          case Encoder.SYMLINK -> new Entry.SymlinkEntry(name, meta(), symlinkTarget());
          case Encoder.HARD_LINK -> new Entry.HardLinkEntry(name, path(), number());
          default -> throw new BlobFault("a manifest holds an entry of unknown kind " + kind);
        });
  }

  public ContentRef content() {
    long size = number();
    int depth = bounded(ContentRef.MAX_DEPTH);
    int count = bounded(ContentRef.MAX_INLINE);
    List<Hash> hashes = count == 1 ? List.of(hash()) : hashes(count);
    if (size < 0) {
      throw new BlobFault("a manifest holds a negative size");
    }
    return new ContentRef(size, depth, hashes);
  }

  private List<Hash> hashes(int count) {
    List<Hash> hashes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      hashes.add(hash());
    }
    return hashes;
  }

  public Hash hash() {
    int from = taken(Hash.BYTES);
    return new Hash(
        (long) LONGS.get(buffer, from),
        (long) LONGS.get(buffer, from + 8),
        (long) LONGS.get(buffer, from + 16),
        (long) LONGS.get(buffer, from + 24));
  }

  public long number() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = read();
      if (b < 0) {
        throw new BlobFault("a manifest ended early");
      }
      value |= (b & 0x7fL) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw new BlobFault("a manifest holds a number that is too long");
  }

  public long signed() {
    long value = number();
    return (value >>> 1) ^ -(value & 1);
  }

  /// A raw path from the root of a tree, none of whose names leads anywhere else.
  public String path() {
    String path = text(MAX_PATH_BYTES);
    for (String name : path.split("/", -1)) {
      checkName(name);
    }
    return path;
  }

  /// @return -1 at the end, otherwise the next (one-byte) number
  public int atEnd() {
    return read();
  }

  /// @throws BlobFault for a name that is none or would lead out of its directory
  static void checkName(String name) {
    if (name.isEmpty()
        || name.equals(".")
        || name.equals("..")
        || name.indexOf('/') >= 0
        || name.indexOf('\0') >= 0) {
      throw new BlobFault(
          "a manifest holds a name that no directory can have: '" + RawName.display(name) + "'");
    }
  }

  private Meta meta() {
    int mode = bounded(07777);
    int uid = (int) number();
    int gid = (int) number();
    long seconds = signed();
    int nanos = bounded(999_999_999);
    return new Meta(mode, uid, gid, seconds, nanos, attributes(bounded(MAX_ATTRIBUTES)));
  }

  private SortedMap<String, byte[]> attributes(int count) {
    if (count == 0) {
      return Collections.emptySortedMap();
    }
    SortedMap<String, byte[]> attributes = new TreeMap<>();
    int left = Meta.MAX_VALUES_BYTES;
    for (int i = 0; i < count; i++) {
      String name = text(MAX_NAME_BYTES);
      int length = bounded(Math.min(MAX_VALUE_BYTES, left));
      left -= length;
      int from = taken(length);
      attributes.put(name, Arrays.copyOfRange(buffer, from, from + length));
    }
    return attributes;
  }

  private String symlinkTarget() {
    String target = text(MAX_PATH_BYTES);
    if (target.isEmpty() || target.indexOf('\0') >= 0) {
      throw new BlobFault("a manifest holds a symbolic link without a target");
    }
    return target;
  }

  /// Raw bytes after their length, one char a byte.
  public String text(int maxBytes) {
    int length = bounded(maxBytes);
    int from = taken(length);
    return new String(buffer, from, length, ISO_8859_1);
  }

  /// A number from 0 to `max`.
  public int bounded(int max) {
    long value = number();
    if (value < 0 || value > max) {
      throw new BlobFault("a manifest holds a number out of bounds: " + value);
    }
    return (int) value;
  }

  private int read() {
    return at < end || fill(1) ? buffer[at++] & 0xff : -1;
  }

  /// Takes the next bytes.
  ///
  /// @return where they begin in the buffer
  private int taken(int length) {
    if (end - at < length && !fill(length)) {
      throw new BlobFault("a manifest ended early");
    }
    int from = at;
    at += length;
    return from;
  }

  /// Brings so many bytes into the buffer, if there are so many.
  private boolean fill(int wanted) {
    int rest = end - at;
    byte[] into = wanted <= buffer.length ? buffer : new byte[wanted];
    System.arraycopy(buffer, at, into, 0, rest);
    buffer = into;
    at = 0;
    end = rest;
    try {
      while (end < wanted) {
        int count = in.read(buffer, end, buffer.length - end);
        if (count < 0) {
          return false;
        }
        end += count;
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
