package dev.gnomon.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Names and paths as the bytes that the file system holds.
///
/// A raw name is a String with one char (0 to 255) a byte: it sorts by bytes, compares and hashes
/// as the bytes do, and loses nothing. A raw path is raw names joined by `/`. `java.nio.Path` holds
/// raw bytes too, but its String forms go through the locale's charset; where that would change a
/// byte, the way over a `file:` URI, whose percent-escapes are bytes, keeps it.
public final class RawName {
  private static final Charset LOCALE =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  private static final char REPLACEMENT = '\uFFFD';
  private static final Path ROOT = Path.of("/");

  private RawName() {}

  /// Raw form of the last name of a path.
  public static String of(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : ofWhole(name);
  }

  /// Raw form of a path as it stands, such as the target of a symbolic link.
  public static String ofWhole(Path path) {
    String text = path.toString();
    if (isAscii(text)) {
      return text;
    }
    if (text.indexOf(REPLACEMENT) < 0) {
      String raw = new String(text.getBytes(LOCALE), ISO_8859_1);
      if (new String(raw.getBytes(ISO_8859_1), LOCALE).equals(text)) {
        return raw;
      }
    }
    String escaped = ROOT.resolve(path).toUri().getRawPath();
    if (!path.isAbsolute()) {
      escaped = escaped.substring(1);
    }
    if (escaped.endsWith("/") && !text.endsWith("/")) { // toUri marks directories
      escaped = escaped.substring(0, escaped.length() - 1);
    }
    return unescapePercent(escaped);
  }

  /// Raw form of the absolute and normalised form of a path.
  public static String ofAbsolute(Path path) {
    return ofWhole(path.toAbsolutePath().normalize());
  }

  /// Path of an entry of a directory.
  ///
  /// @param rawName one name, or several joined by `/`; neither empty nor with a NUL
  public static Path resolve(Path directory, String rawName) {
    if (isAscii(rawName)) {
      return directory.resolve(rawName);
    }
    byte[] bytes = rawName.getBytes(ISO_8859_1);
    String text = new String(bytes, LOCALE);
    if (text.indexOf(REPLACEMENT) < 0
        && new String(text.getBytes(LOCALE), ISO_8859_1).equals(rawName)) {
      try {
        return directory.resolve(text);
      } catch (InvalidPathException e) {
        // The locale can't say it; the URI below can.
      }
    }
    StringBuilder uri = new StringBuilder("file:///");
    for (byte b : bytes) {
      if (b == '/') {
        uri.append('/');
      } else {
        uri.append('%').append("%02X".formatted(b & 0xff));
      }
    }
    return directory.resolve(ROOT.relativize(Path.of(URI.create(uri.toString()))));
  }

  /// For people and for JSON: UTF-8 text where it is that; bytes that are no UTF-8, control
  /// characters and the backslash as `\xNN`. [#parse] reads it back.
  public static String display(String raw) {
    if (isPlain(raw)) {
      return raw;
    }
    byte[] bytes = raw.getBytes(ISO_8859_1);
    StringBuilder shown = new StringBuilder(raw.length() + 16);
    for (int at = 0; at < bytes.length; ) {
      int length = utf8Length(bytes, at);
      String text = length == 0 ? "" : decode(bytes, at, length);
      if (text.isEmpty() || text.equals("\\") || Character.isISOControl(text.codePointAt(0))) {
        for (int i = at; i < at + Math.max(1, length); i++) {
          shown.append("\\x").append("%02x".formatted(bytes[i] & 0xff));
        }
      } else {
        shown.append(text);
      }
      at += Math.max(1, length);
    }
    return shown.toString();
  }

  /// Raw form of what [#display] gave.
  public static String parse(String displayed) {
    if (isPlain(displayed)) {
      return displayed;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int at = 0; at < displayed.length(); ) {
      if (displayed.startsWith("\\x", at) && at + 4 <= displayed.length()) {
        bytes.write(Integer.parseInt(displayed.substring(at + 2, at + 4), 16));
        at += 4;
      } else {
        int point = displayed.codePointAt(at);
        bytes.writeBytes(Character.toString(point).getBytes(UTF_8));
        at += Character.charCount(point);
      }
    }
    return bytes.toString(ISO_8859_1);
  }

  /// Order of a depth-first walk with names sorted by bytes: `a`, `a/x`, `a-b`.
  public static int compareInWalk(String rawPath, String other) {
    int shared = Math.min(rawPath.length(), other.length());
    for (int i = 0; i < shared; i++) {
      char a = rawPath.charAt(i);
      char b = other.charAt(i);
      if (a != b) {
        return Integer.compare(a == '/' ? 0 : a, b == '/' ? 0 : b);
      }
    }
    return Integer.compare(rawPath.length(), other.length());
  }

  /// Joins a raw path (empty for the root of a tree) and a raw name.
  public static String join(String rawPath, String rawName) {
    return rawPath.isEmpty() ? rawName : rawPath + '/' + rawName;
  }

  /// The directory part of a raw path; empty for a name in the top directory.
  public static String parent(String rawPath) {
    int slash = rawPath.lastIndexOf('/');
    return slash < 0 ? "" : rawPath.substring(0, slash);
  }

  /// The last name of a raw path.
  public static String last(String rawPath) {
    return rawPath.substring(rawPath.lastIndexOf('/') + 1);
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x7f || c < 0x20 || c == '\\') {
        return false;
      }
    }
    return true;
  }

  private static int utf8Length(byte[] bytes, int at) {
    int lead = bytes[at] & 0xff;
    int length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    return lead > 0xf4 || at + length > bytes.length ? 0 : length;
  }

  private static String decode(byte[] bytes, int at, int length) {
    try {
      return UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, at, length))
          .toString();
    } catch (CharacterCodingException e) {
      return "";
    }
  }

  private static String unescapePercent(String escaped) {
    StringBuilder raw = new StringBuilder(escaped.length());
    for (int i = 0; i < escaped.length(); i++) {
      if (escaped.charAt(i) == '%') {
        raw.append((char) Integer.parseInt(escaped.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        raw.append(escaped.charAt(i));
      }
    }
    return raw.toString();
  }
}
