package dev.gnomon.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// Who this process is to another one: a token in a file, as a Knative SinkBinding or a projected
/// volume mounts it. It is read at each use, since tokens are exchanged while a process runs. The
/// token is in no message.
///
/// @param file that need not be there: then there is no token to show
public record TokenFile(Path file) {
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{1,16384}");

  /// @throws IOException if the file can't be read, or holds something else than a token
  public Optional<String> read() throws IOException {
    String token;
    try {
      token = Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (!TOKEN.matcher(token).matches()) {
      throw new IOException(
          "expected a token of letters, digits and ._~+/=- in %s, found %d other characters"
              .formatted(file, token.length()));
    }
    return Optional.of(token);
  }
}
