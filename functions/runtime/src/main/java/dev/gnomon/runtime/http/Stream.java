package dev.gnomon.runtime.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/// An answer that is too long to be held: it is written while it is made.
///
/// @param contentType media type
/// @param headers beside that
/// @param writing writes all of it; if it throws before the first bytes are sent, a problem is
///   answered; later the connection is cut, so that nobody takes a part for the whole
public record Stream(String contentType, Map<String, String> headers, Writing writing) {
  public Stream {
    headers = Map.copyOf(headers);
  }

  public Stream(String contentType, Writing writing) {
    this(contentType, Map.of(), writing);
  }

  /// Writes an answer.
  public interface Writing {
    void to(OutputStream out) throws IOException;
  }
}
