package dev.gnomon.runtime.http;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.secrets.KeyRing;
import dev.gnomon.core.secrets.Secrets;
import dev.gnomon.runtime.RuntimeSettings;
import dev.gnomon.runtime.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Who may ask the API, and who may change something by it: whoever brings one of the tokens, as
/// `Authorization: Bearer TOKEN`. One that may change may also ask. Without tokens everybody may.
/// They are read at each use, so that a new one can take the place of an old one. Thread-safe.
final class ApiDoor {
  private final Optional<KeyRing> read;
  private final Optional<KeyRing> write;

  /// @throws IllegalArgumentException if asking needs a token and changing would not
  ApiDoor(List<Secret> readTokens, List<Secret> writeTokens, Secrets secrets) {
    if (!readTokens.isEmpty() && writeTokens.isEmpty()) {
      throw new IllegalArgumentException(
          RuntimeSettings.READ_TOKENS.key()
              + " without "
              + RuntimeSettings.WRITE_TOKENS.key()
              + " would leave changes open to whoever may not even read; set both");
    }
    List<Secret> all = new ArrayList<>(readTokens);
    all.addAll(writeTokens);
    this.read = ring("those who read the API", readTokens.isEmpty() ? List.of() : all, secrets);
    this.write = ring("those who change by the API", writeTokens, secrets);
  }

  static ApiDoor of(Settings settings) {
    return new ApiDoor(
        settings.get(RuntimeSettings.READ_TOKENS).orElse(List.of()),
        settings.get(RuntimeSettings.WRITE_TOKENS).orElse(List.of()),
        new Secrets(name -> Optional.ofNullable(System.getenv(name))));
  }

  private static Optional<KeyRing> ring(String whose, List<Secret> tokens, Secrets secrets) {
    return tokens.isEmpty() ? Optional.empty() : Optional.of(new KeyRing(whose, tokens, secrets));
  }

  /// Says now which tokens can't be read, and not only when somebody brings one.
  void lookAtTokens() {
    read.ifPresent(KeyRing::canBeUsed);
    write.ifPresent(KeyRing::canBeUsed);
  }

  /// Whether anybody needs a token for anything.
  boolean guards() {
    return read.isPresent() || write.isPresent();
  }

  /// @throws Rejection 401 if the request brings no token that may ask
  void read(ApiRequest request) {
    admit(read, request);
  }

  /// @throws Rejection 401 if the request brings no token that may change
  void write(ApiRequest request) {
    admit(write, request);
  }

  /// A header that comes twice is nobody's.
  private static void admit(Optional<KeyRing> tokens, ApiRequest request) {
    if (tokens.isEmpty()) {
      return;
    }
    List<String> given = request.headers("Authorization");
    Optional<String> only = given.size() == 1 ? Optional.of(given.getFirst()) : Optional.empty();
    if (!tokens.get().hasBearer(only)) {
      throw Rejection.of(
          ProblemKind.UNAUTHORIZED, "expected a token, as Authorization: Bearer TOKEN");
    }
  }
}
