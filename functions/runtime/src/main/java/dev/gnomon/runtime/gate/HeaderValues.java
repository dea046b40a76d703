package dev.gnomon.runtime.gate;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Header values of the CloudEvents HTTP binding (3.1.3.2): unquoted first, then percent-decoded
/// once, then read as UTF-8.
final class HeaderValues {
  private HeaderValues() {}

  /// A percent sign that no two hexadecimal digits follow stands for itself.
  ///
  /// @param value as the HTTP server gives it, one char a byte
  /// @throws CharacterCodingException if the bytes are not UTF-8
  static String decode(String value) throws CharacterCodingException {
    String text = unquote(value);
    var bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%' && i + 2 < text.length() && hex(text, i + 1) && hex(text, i + 2)) {
        bytes.write(Integer.parseInt(text, i + 1, i + 3, 16));
        i += 2;
      } else if (c <= 0xFF) {
        bytes.write(c);
      } else {
        bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes.toByteArray()))
        .toString();
  }

  private static String unquote(String value) {
    int last = value.length() - 1;
    if (last < 1 || value.charAt(0) != '"' || value.charAt(last) != '"') {
      return value;
    }
    var text = new StringBuilder(last);
    for (int i = 1; i < last; i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < last) {
        i++;
        c = value.charAt(i);
      }
      text.append(c);
    }
    return text.toString();
  }

  private static boolean hex(String text, int at) {
    return Character.digit(text.charAt(at), 16) >= 0 && text.charAt(at) < 128;
  }
}
