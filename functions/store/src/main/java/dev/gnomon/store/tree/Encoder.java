package dev.gnomon.store.tree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gnomon.store.blobs.Hash;
import java.io.ByteArrayOutputStream;
import java.util.Map;

/// Canonical binary form of entries: the same entry gives the same bytes, so hashes of trees mean
/// equality. Numbers are LEB128, signed ones zigzag; texts are raw bytes after their length.
public final class Encoder {
  static final int FILE = 1;
  static final int DIRECTORY = 2;
  static final int SYMLINK = 3;
  static final int HARD_LINK = 4;
  static final int SPARSE_FILE = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

  public static byte[] encode(Entry entry) {
    Encoder encoder = new Encoder();
    encoder.entry(entry);
    return encoder.take();
  }

  public Encoder entry(Entry entry) {
    switch (entry) {
      case Entry.FileEntry file -> {
        start(file.sparse() ? SPARSE_FILE : FILE, file.name())
            .meta(file.meta())
            .content(file.content());
      }
      case Entry.DirEntry dir -> {
        start(DIRECTORY, dir.name()).meta(dir.meta()).content(dir.content());
        Entry.Totals totals = dir.totals();
        number(totals.files()).number(totals.bytes());
        number(totals.links()).number(totals.directories());
      }
      case Entry.SymlinkEntry link ->
          start(SYMLINK, link.name()).meta(link.meta()).text(link.target());
      case Entry.HardLinkEntry link ->
          start(HARD_LINK, link.name()).text(link.target()).number(link.size());
    }
    return this;
  }

  public Encoder content(ContentRef content) {
    number(content.size()).number(content.depth()).number(content.hashes().size());
    content.hashes().forEach(this::hash);
    return this;
  }

  public Encoder hash(Hash hash) {
    out.writeBytes(hash.bytes());
    return this;
  }

  public Encoder number(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  public Encoder signed(long value) {
    return number((value << 1) ^ (value >> 63));
  }

  public Encoder text(String raw) {
    return bytes(raw.getBytes(ISO_8859_1));
  }

  /// What was encoded since the last call.
  public byte[] take() {
    byte[] bytes = out.toByteArray();
    out.reset();
    return bytes;
  }

  private Encoder start(int kind, String name) {
    return number(kind).text(name);
  }

  private Encoder meta(Meta meta) {
    number(meta.mode()).number(meta.uid() & 0xffffffffL).number(meta.gid() & 0xffffffffL);
    signed(meta.mtimeSeconds()).number(meta.mtimeNanos()).number(meta.attributes().size());
    for (Map.Entry<String, byte[]> attribute : meta.attributes().entrySet()) {
      text(attribute.getKey()).bytes(attribute.getValue());
    }
    return this;
  }

  private Encoder bytes(byte[] bytes) {
    number(bytes.length);
    out.writeBytes(bytes);
    return this;
  }
}
