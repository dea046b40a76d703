package dev.gnomon.filesystem.calls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;

/// Raw names for people, and raw forms of paths.
public final class RawText {
  private RawText() {}

  /// UTF-8 text where it is that; else every byte that is no plain ASCII as `\xNN`.
  public static String shown(String raw) {
    boolean plain = true;
    boolean ascii = true;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      plain &= c >= 0x20 && c != 0x7f && c != '\\';
      ascii &= c < 0x7f;
    }
    if (plain && ascii) {
      return raw;
    }
    if (plain) {
      try {
        return UTF_8.newDecoder().decode(ByteBuffer.wrap(raw.getBytes(ISO_8859_1))).toString();
      } catch (CharacterCodingException e) {
        // shown byte by byte
      }
    }
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c < 0x20 || c >= 0x7f || c == '\\') {
        shown.append("\\x").append("%02x".formatted((int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.toString();
  }

  /// Raw form of an absolute path; the bytes stand in its URI whatever the locale can say.
  public static String of(Path path) {
    String escaped = path.toAbsolutePath().normalize().toUri().getRawPath();
    StringBuilder raw = new StringBuilder(escaped.length());
    for (int i = 0; i < escaped.length(); i++) {
      if (escaped.charAt(i) == '%') {
        raw.append((char) Integer.parseInt(escaped.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        raw.append(escaped.charAt(i));
      }
    }
    while (raw.length() > 1 && raw.charAt(raw.length() - 1) == '/') { // toUri marks directories
      raw.setLength(raw.length() - 1);
    }
    return raw.toString();
  }

  public static String join(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  /// The directory part of a raw path; empty for a name in the top directory.
  public static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /// The last name of a raw path.
  public static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
