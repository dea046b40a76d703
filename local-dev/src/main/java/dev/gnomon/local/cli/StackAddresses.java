package dev.gnomon.local.cli;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.gnomon.core.control.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// What gnomon.json in the data directory says of the stack that runs there.
///
/// @param pid its process
/// @param broker where CloudEvents are posted to
/// @param api where questions are asked
@JsonIgnoreProperties(ignoreUnknown = true)
record StackAddresses(long pid, URI broker, URI api) {
  static final String FILE = "gnomon.json";
  private static final int MAX_BYTES = 1 << 20;

  /// @return empty if no stack says that it runs there
  static Optional<StackAddresses> find(Path data) {
    Path file = data.resolve(FILE);
    try (var in = Files.newInputStream(file)) {
      return Optional.of(Json.MAPPER.readValue(in.readNBytes(MAX_BYTES), StackAddresses.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw Failure.failed("%s can't be read: %s".formatted(file, e.getMessage()));
    }
  }

  /// @throws Failure if no stack says that it runs there
  static StackAddresses of(Path data) {
    return find(data).orElseThrow(() -> none(data));
  }

  static Failure none(Path data) {
    return Failure.failed(
        "no stack is running for %s: start it with \"gnomon up --data %s\""
            .formatted(data, quoted(data)));
  }

  /// A path as it can be typed into a shell.
  static String quoted(Path path) {
    String text = path.toString();
    return text.matches("[A-Za-z0-9_./@%+=:,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
