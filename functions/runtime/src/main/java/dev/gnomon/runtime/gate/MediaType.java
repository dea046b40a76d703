package dev.gnomon.runtime.gate;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A Content-Type.
///
/// @param name type and subtype in lower case, without parameters; empty if there is none
/// @param text as it was sent
record MediaType(String name, String text) {
  private static final Pattern CHARSET =
      Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\";\\s]+)", Pattern.CASE_INSENSITIVE);

  static MediaType of(@Nullable String header) {
    String text = header == null ? "" : header.trim();
    int end = text.indexOf(';');
    return new MediaType(
        (end < 0 ? text : text.substring(0, end)).trim().toLowerCase(Locale.ROOT), text);
  }

  boolean is(String wanted) {
    return name.equals(wanted);
  }

  boolean isJson() {
    return name.equals("application/json") || name.equals("text/json") || name.endsWith("+json");
  }

  /// Content of this type in UTF-8.
  ///
  /// @throws dev.gnomon.runtime.http.Rejection if the content is not in the charset that it names,
  ///   or in UTF-8 if it names none
  byte[] toUtf8(byte[] content) {
    Charset charset = StandardCharsets.UTF_8;
    Matcher named = CHARSET.matcher(text);
    if (named.find()) {
      try {
        charset = Charset.forName(named.group(1));
      } catch (IllegalArgumentException e) {
        throw EventReader.not("charset " + named.group(1) + " is not known");
      }
    }
    try {
      String decoded = charset.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return charset.equals(StandardCharsets.UTF_8)
          ? content
          : decoded.getBytes(StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      throw EventReader.not("the body is not valid " + charset);
    }
  }
}
