package dev.gnomon.local.cli;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.secrets.Secrets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/// What the API wants to be shown, where it asks for tokens.
public final class ApiToken {
  /// The environment variable that names the file with the token.
  static final String FILE = "GNOMON_API_TOKEN_FILE";

  private ApiToken() {}

  /// The token, if [#FILE] says where it is.
  public static Optional<String> given() {
    String file = System.getenv(FILE);
    if (file == null || file.isBlank()) {
      return Optional.empty();
    }
    try {
      Secret token = new Secret.Content(Path.of(file));
      return Optional.of(new Secrets(name -> Optional.empty()).token(token));
    } catch (Secrets.Unreadable | InvalidPathException e) {
      throw Failure.failed("%s: %s".formatted(FILE, e.getMessage()));
    }
  }
}
