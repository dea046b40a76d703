package dev.gnomon.store.contents;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.store.tree.Meta;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes a tar archive in the interchange format of POSIX.1-2001 (pax): a ustar header a member,
/// before it an extended header with what ustar can't say: times in nanoseconds, names over 100
/// bytes or not ASCII, sizes from 8 GiB, great ids, extended attributes as `SCHILY.xattr.*` and
/// access control lists as `SCHILY.acl.*`, as star and GNU tar have them.
///
/// Names and values are bytes. Records are UTF-8 by the standard; where a name is not, the header
/// says `hdrcharset=BINARY` and holds its bytes. (Libraries write records from Strings, so they can
/// neither keep such a name nor the value of an attribute; ADR 16.) For one thread.
public final class PaxArchive {
  private static final int BLOCK = 512;
  private static final int BLOCKING = 20 * BLOCK;
  private static final int MAX_NAME = 100;
  private static final long MAX_ID = 07777777;
  private static final long MAX_NUMBER = 077777777777L;
  private static final byte[] ZEROS = new byte[BLOCKING];

  private final OutputStream out;
  private long written;

  /// @param out is flushed at the end, and not closed
  public PaxArchive(OutputStream out) {
    this.out = out;
  }

  /// What a member is.
  public enum Type {
    FILE('0'),
    HARD_LINK('1'),
    SYMLINK('2'),
    DIRECTORY('5'),
    EXTENDED('x');

    private final char flag;

    Type(char flag) {
      this.flag = flag;
    }
  }

  /// Writes the headers of a member.
  ///
  /// @param name raw
  /// @param link raw; empty if it is no link
  /// @param size bytes that [#content] gets afterwards
  void member(Type type, String name, Meta meta, String link, long size) throws IOException {
    member(type, name, meta, link, size, Map.of());
  }

  /// @param more records of the extended header, by keywords of our own such as `GNOMON.s3.key`
  public void member(
      Type type, String name, Meta meta, String link, long size, Map<String, String> more)
      throws IOException {
    Map<String, byte[]> records = new LinkedHashMap<>();
    if (!isUtf8(name) || !isUtf8(link)) {
      records.put("hdrcharset", ascii("BINARY"));
    }
    if (!fits(name)) {
      records.put("path", bytes(name));
    }
    if (!fits(link)) {
      records.put("linkpath", bytes(link));
    }
    long mtime = meta.mtimeSeconds();
    if (meta.mtimeNanos() != 0 || mtime < 0 || mtime > MAX_NUMBER) {
      records.put("mtime", ascii(time(mtime, meta.mtimeNanos())));
    }
    long uid = Integer.toUnsignedLong(meta.uid());
    long gid = Integer.toUnsignedLong(meta.gid());
    number(records, "uid", uid, MAX_ID);
    number(records, "gid", gid, MAX_ID);
    number(records, "size", size, MAX_NUMBER);
    meta.attributes().forEach((key, value) -> attribute(records, key, value));
    more.forEach((key, value) -> records.put(escaped(key), value.getBytes(UTF_8)));
    if (!records.isEmpty()) {
      byte[] extended = encoded(records);
      header(Type.EXTENDED, "././@PaxHeader", 0644, 0, 0, extended.length, 0, "");
      write(extended, 0, extended.length);
      pad(BLOCK);
    }
    header(
        type, name, meta.mode(), uid, gid, size, mtime < 0 || mtime > MAX_NUMBER ? 0 : mtime, link);
  }

  /// A piece of the content of the last member.
  public void content(byte[] bytes, int length) throws IOException {
    write(bytes, 0, length);
  }

  /// All content of the last member was written.
  public void endOfContent() throws IOException {
    pad(BLOCK);
  }

  public void end() throws IOException {
    write(ZEROS, 0, 2 * BLOCK);
    pad(BLOCKING);
    out.flush();
  }

  private void header(
      Type type, String name, int mode, long uid, long gid, long size, long mtime, String link)
      throws IOException {
    ByteBuffer header = ByteBuffer.allocate(BLOCK);
    put(header, 0, name);
    octal(header, 100, 8, mode, MAX_ID);
    octal(header, 108, 8, uid, MAX_ID);
    octal(header, 116, 8, gid, MAX_ID);
    octal(header, 124, 12, size, MAX_NUMBER);
    octal(header, 136, 12, mtime, MAX_NUMBER);
    header.put(156, (byte) type.flag);
    put(header, 157, link);
    header.put(257, ascii("ustar\00000"));
    header.put(148, ascii(" ".repeat(8)));
    int sum = 0;
    for (byte b : header.array()) {
      sum += b & 0xff;
    }
    header.put(148, ascii("%06o\0 ".formatted(sum)));
    write(header.array(), 0, BLOCK);
  }

  private static void put(ByteBuffer header, int at, String raw) {
    byte[] bytes = bytes(raw);
    header.put(at, bytes, 0, Math.min(bytes.length, MAX_NAME));
  }

  /// A number that does not fit is in the extended header.
  private static void octal(ByteBuffer header, int at, int width, long value, long most) {
    header.put(at, ascii(("%0" + (width - 1) + "o\0").formatted(value > most ? 0 : value)));
  }

  private static void number(Map<String, byte[]> records, String key, long value, long most) {
    if (value > most) {
      records.put(key, ascii(Long.toString(value)));
    }
  }

  private static void attribute(Map<String, byte[]> records, String key, byte[] value) {
    PosixAcl.text(key, value)
        .ifPresentOrElse(
            text -> records.put(PosixAcl.record(key), ascii(text)),
            () -> records.put("SCHILY.xattr." + escaped(key), value));
  }

  /// A key ends at the first `=`; GNU tar reads this form back.
  private static String escaped(String key) {
    return key.replace("%", "%25").replace("=", "%3D");
  }

  /// `length key=value\n`, where the length counts its own digits.
  private static byte[] encoded(Map<String, byte[]> records) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    records.forEach((key, value) -> {
      byte[] start = bytes(" " + key + "=");
      int rest = start.length + value.length + 1;
      int length = rest + Integer.toString(rest).length();
      length = rest + Integer.toString(length).length();
      all.writeBytes(ascii(Integer.toString(length)));
      all.writeBytes(start);
      all.writeBytes(value);
      all.write('\n');
    });
    return all.toByteArray();
  }

  /// Decimal seconds; nanoseconds count forward, the text counts from zero.
  private static String time(long seconds, int nanos) {
    boolean negative = seconds < 0;
    long whole = negative && nanos > 0 ? seconds + 1 : seconds;
    int part = negative && nanos > 0 ? 1_000_000_000 - nanos : nanos;
    String text = (negative ? "-" : "") + Math.abs(whole);
    return part == 0 ? text : text + ".%09d".formatted(part).replaceFirst("0+$", "");
  }

  private static boolean fits(String raw) {
    return raw.length() <= MAX_NAME && raw.chars().allMatch(c -> c < 0x80);
  }

  private static boolean isUtf8(String raw) {
    if (raw.chars().allMatch(c -> c < 0x80)) {
      return true;
    }
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(raw)));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static byte[] bytes(String raw) {
    return raw.getBytes(ISO_8859_1);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  private void write(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
    written += length;
  }

  private void pad(int unit) throws IOException {
    int over = (int) (written % unit);
    if (over > 0) {
      write(Arrays.copyOf(ZEROS, unit - over), 0, unit - over);
    }
  }
}
