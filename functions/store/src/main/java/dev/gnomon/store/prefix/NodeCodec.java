package dev.gnomon.store.prefix;

import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Decoder;
import dev.gnomon.store.tree.Encoder;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The bytes of nodes. Reading trusts none of them: numbers are bounded, keys ascend, a node says
/// its own level.
final class NodeCodec {
  static final int MAX_LEVEL = 12;
  private static final int MAX_KEY_BYTES = 1024;
  private static final int MAX_TEXT_BYTES = 16 * 1024;
  private static final int MAX_FIELDS = 1000;
  private static final int MAX_COUNT = 100_000;
  private static final int BYTES = 0;
  private static final int BYTES_WITH_MD5 = 1;
  private static final int VERSION = 2;

  private NodeCodec() {}

  /// A node as its parent knows it.
  ///
  /// @param lastKey raw; the greatest key below it
  /// @param content hash over what a restore brings back of everything below it
  record Child(String lastKey, Hash node, Hash content, long objects, long bytes) {}

  /// All that is kept of an object.
  static byte[] entry(ObjectEntry entry) {
    Encoder out = new Encoder();
    out.text(entry.key());
    kept(out, entry);
    attributes(out, entry.attributes());
    out.text(utf8(entry.etag())).signed(entry.modifiedMillis());
    out.number(entry.settled() ? 1 : 0).text(utf8(entry.version()));
    return out.take();
  }

  /// What a restore brings back of an object: not its times and versions, and not its ETag if the
  /// store holds the bytes.
  static byte[] restored(ObjectEntry entry) {
    Encoder out = new Encoder();
    out.text(entry.key()).number(entry.size());
    switch (entry.kept()) {
      case Kept.Bytes bytes -> out.number(BYTES).content(bytes.content());
      case Kept.Version version -> out.number(VERSION).text(utf8(entry.etag()));
    }
    attributes(out, entry.attributes());
    return out.take();
  }

  static byte[] leaf(List<byte[]> entries) {
    Encoder head = new Encoder().number(0).number(entries.size());
    return joined(head.take(), entries);
  }

  static byte[] inner(int level, List<Child> children) {
    Encoder out = new Encoder().number(level).number(children.size());
    for (Child child : children) {
      out.text(child.lastKey()).hash(child.node()).hash(child.content());
      out.number(child.objects()).number(child.bytes());
    }
    return out.take();
  }

  /// What a restore brings back of all that is below a node.
  static byte[] contents(int level, List<Child> children) {
    Encoder out = new Encoder().number(level).number(children.size());
    children.forEach(child -> out.hash(child.content()));
    return out.take();
  }

  static List<ObjectEntry> readLeaf(byte[] node) {
    Decoder in = open(node, 0);
    int count = in.bounded(MAX_COUNT);
    List<ObjectEntry> entries = new ArrayList<>();
    String last = null;
    for (int i = 0; i < count; i++) {
      String key = in.text(MAX_KEY_BYTES);
      if (last != null && last.compareTo(key) >= 0) {
        throw new BlobFault("a manifest of objects holds keys out of order");
      }
      last = key;
      long size;
      Kept kept;
      int form = in.bounded(VERSION);
      if (form == VERSION) {
        size = in.number();
        kept = new Kept.Version();
      } else {
        ContentRef content = in.content();
        size = content.size();
        kept = new Kept.Bytes(content, form == BYTES_WITH_MD5);
      }
      if (size < 0) {
        throw new BlobFault("a manifest of objects holds a negative size");
      }
      Attributes attributes = new Attributes(map(in), map(in), map(in));
      String etag = text(in);
      long modified = in.signed();
      boolean settled = in.bounded(1) == 1;
      entries.add(new ObjectEntry(key, size, etag, modified, settled, text(in), attributes, kept));
    }
    end(in);
    return entries;
  }

  static List<Child> readInner(byte[] node, int level) {
    Decoder in = open(node, level);
    int count = in.bounded(MAX_COUNT);
    List<Child> children = new ArrayList<>();
    String last = null;
    for (int i = 0; i < count; i++) {
      String key = in.text(MAX_KEY_BYTES);
      if (last != null && last.compareTo(key) >= 0) {
        throw new BlobFault("a manifest of objects holds keys out of order");
      }
      last = key;
      Child child = new Child(key, in.hash(), in.hash(), in.number(), in.number());
      if (child.objects() < 0 || child.bytes() < 0) {
        throw new BlobFault("a manifest of objects holds a negative sum");
      }
      children.add(child);
    }
    end(in);
    return children;
  }

  private static Decoder open(byte[] node, int level) {
    Decoder in = new Decoder(new ByteArrayInputStream(node));
    long found = in.number();
    if (found != level) {
      throw new BlobFault(
          "a manifest of objects has a node of level %d where one of level %d belongs"
              .formatted(found, level));
    }
    return in;
  }

  private static void end(Decoder in) {
    if (in.atEnd() >= 0) {
      throw new BlobFault("a node of a manifest of objects is longer than it says");
    }
  }

  private static void kept(Encoder out, ObjectEntry entry) {
    switch (entry.kept()) {
      case Kept.Bytes bytes ->
          out.number(bytes.md5() ? BYTES_WITH_MD5 : BYTES).content(bytes.content());
      case Kept.Version version -> out.number(VERSION).number(entry.size());
    }
  }

  private static void attributes(Encoder out, Attributes attributes) {
    map(out, attributes.headers());
    map(out, attributes.metadata());
    map(out, attributes.tags());
  }

  private static void map(Encoder out, SortedMap<String, String> map) {
    out.number(map.size());
    for (Map.Entry<String, String> field : map.entrySet()) {
      out.text(utf8(field.getKey())).text(utf8(field.getValue()));
    }
  }

  private static SortedMap<String, String> map(Decoder in) {
    int count = in.bounded(MAX_FIELDS);
    SortedMap<String, String> map = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      map.put(text(in), text(in));
    }
    return map;
  }

  private static String text(Decoder in) {
    return Keys.text(in.text(MAX_TEXT_BYTES));
  }

  private static String utf8(String text) {
    return Keys.raw(text);
  }

  private static byte[] joined(byte[] head, List<byte[]> parts) {
    int length = head.length;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] all = java.util.Arrays.copyOf(head, length);
    int at = head.length;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
