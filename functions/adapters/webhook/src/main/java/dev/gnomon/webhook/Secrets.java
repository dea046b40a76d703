package dev.gnomon.webhook;

import dev.gnomon.core.catalogue.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/// Reads secrets when they are used, so that a new one counts at once.
public final class Secrets {
  static final int MAX_BYTES = 8 * 1024;

  private final Function<String, Optional<String>> environment;

  /// @param environment looks up an environment variable
  public Secrets(Function<String, Optional<String>> environment) {
    this.environment = environment;
  }

  /// It can't be read now. The message says where from, and nothing of it.
  public static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message);
    }
  }

  /// @return at least one character, without white space around it
  public String read(Secret secret) throws Unreadable {
    String value =
        switch (secret) {
          case Secret.Given(String given) -> given;
          case Secret.Variable(String name) ->
              environment
                  .apply(name)
                  .orElseThrow(
                      () -> new Unreadable("environment variable " + name + " is not set"));
          case Secret.Content(Path file) -> content(file);
        };
    if (value.isBlank()) {
      throw new Unreadable(secret + " is empty");
    }
    return value.strip();
  }

  private static String content(Path file) throws Unreadable {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new Unreadable("file " + file + " is larger than " + MAX_BYTES + " bytes");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Unreadable("file " + file + " is not UTF-8");
    } catch (IOException e) {
      throw new Unreadable(
          "file " + file + " can't be read (" + e.getClass().getSimpleName() + ")");
    }
  }
}
