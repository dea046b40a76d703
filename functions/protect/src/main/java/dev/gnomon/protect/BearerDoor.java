package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.secrets.KeyRing;
import dev.gnomon.core.secrets.Secrets;
import dev.gnomon.runtime.http.ApiRequest;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import java.util.List;
import java.util.Optional;

/// The door of a path that other servers send to, with a token of its own: those of the API are
/// nothing here. Thread-safe.
final class BearerDoor {
  private final Optional<KeyRing> token;

  /// @param whose for messages, such as `notifications of buckets`
  /// @param token read at each use; without one everybody may come in
  BearerDoor(String whose, Optional<Secret> token, Secrets secrets) {
    this.token = token.map(secret -> new KeyRing(whose, List.of(secret), secrets));
  }

  static BearerDoor of(String whose, Optional<Secret> token) {
    return new BearerDoor(
        whose, token, new Secrets(name -> Optional.ofNullable(System.getenv(name))));
  }

  boolean standsOpen() {
    return token.isEmpty();
  }

  /// @throws Rejection 401 if a token is asked for and the request does not bring it
  void admit(ApiRequest request) {
    admit(request.headers("Authorization"));
  }

  /// A header that comes twice is nobody's.
  void admit(List<String> authorization) {
    Optional<String> only =
        authorization.size() == 1 ? Optional.of(authorization.getFirst()) : Optional.empty();
    if (!token.map(key -> key.hasBearer(only)).orElse(true)) {
      throw Rejection.of(
          ProblemKind.UNAUTHORIZED, "expected the token, as Authorization: Bearer TOKEN");
    }
  }
}
