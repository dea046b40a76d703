package dev.gnomon.protect.webhooks;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A request as it came.
///
/// @param headers every value of a header, whatever the case of its name
/// @param body as it was sent, byte by byte
/// @param time when it came, by the clock of this process
record Hook(Function<String, List<String>> headers, byte[] body, Instant time) {
  /// The value of a header that was sent exactly once: of two nobody knows which one was meant.
  Optional<String> header(String name) {
    List<String> values = headers.apply(name);
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }
}
