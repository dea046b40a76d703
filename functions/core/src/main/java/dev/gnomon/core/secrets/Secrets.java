package dev.gnomon.core.secrets;

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

/// Reads secrets when they are used, so that a new one counts at once. Thread-safe.
public final class Secrets {
  /// A file that is larger holds something else.
  public static final int MAX_BYTES = 8 * 1024;

  /// What proves who somebody is has at least so many characters: shorter ones can be tried.
  public static final int KEY_CHARS_AT_LEAST = 16;

  public static final int KEY_CHARS_AT_MOST = 4096;

  private final Function<String, Optional<String>> environment;

  /// @param environment looks up an environment variable
  public Secrets(Function<String, Optional<String>> environment) {
    this.environment = environment;
  }

  /// It can't be read now, or is not what it has to be. The message says where from, and nothing of
  /// it.
  public static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    public Unreadable(String message) {
      super(message);
    }
  }

  /// @return at least one character, without white space around it: editors and `echo` end files
  ///   with a line break
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

  /// What signs, or proves who somebody is: long enough, and on one line.
  public String key(Secret secret) throws Unreadable {
    String key = read(secret);
    if (key.length() < KEY_CHARS_AT_LEAST || key.length() > KEY_CHARS_AT_MOST) {
      throw new Unreadable(
          "%s has %d characters, expected %d to %d"
              .formatted(secret, key.length(), KEY_CHARS_AT_LEAST, KEY_CHARS_AT_MOST));
    }
    return onOneLine(secret, key);
  }

  /// What is sent in a header, as a bearer token is.
  public String token(Secret secret) throws Unreadable {
    return onOneLine(secret, read(secret));
  }

  private static String onOneLine(Secret secret, String text) throws Unreadable {
    if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw new Unreadable(secret + " has a line break or another control character in it");
    }
    return text;
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
