package dev.gnomon.runtime.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.tls.Authorities;
import dev.gnomon.core.tls.TlsFault;
import dev.gnomon.runtime.TokenFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/// An issuer as it answers by HTTPS: a document that says who it is and where its keys are (OpenID
/// Connect Discovery 1.0), and the keys. Redirects are not followed. Thread-safe.
final class HttpIssuer implements IssuerKeys.Source {
  /// Of each document, in bytes; an API server's has a few thousand.
  static final int DOCUMENT_AT_MOST = 256 * 1024;

  static final Duration WITHIN = Duration.ofSeconds(5);

  private static final int KEYS_AT_MOST = 100;
  private static final int HTTPS_PORT = 443;

  /// Where the issuer is.
  ///
  /// @param issuer that it has to be; that of the document if there is none
  /// @param keys where they are; what the document says if there is none
  record Place(Optional<URI> discovery, Optional<String> issuer, Optional<URI> keys) {
    /// Tokens are shown to nobody else, whatever a document says.
    boolean isOurs(URI uri) {
      return discovery.filter(own -> sameOrigin(own, uri)).isPresent()
          || keys.filter(own -> sameOrigin(own, uri)).isPresent();
    }

    private static boolean sameOrigin(URI one, URI other) {
      return one.getScheme().equalsIgnoreCase(other.getScheme())
          && one.getHost().equalsIgnoreCase(other.getHost())
          && port(one) == port(other);
    }

    /// All of them are https.
    private static int port(URI uri) {
      return uri.getPort() == -1 ? HTTPS_PORT : uri.getPort();
    }
  }

  private final Place place;
  private final Optional<TokenFile> token;
  private final Duration within;
  private final HttpClient client;

  /// @param token to show to it
  /// @param within that each document has to be there whole
  HttpIssuer(Place place, Optional<TokenFile> token, Authorities authorities, Duration within) {
    this.place = place;
    this.token = token;
    this.within = within;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(within)
            .sslContext(authorities.context())
            .build();
  }

  @Override
  public IssuerKeys.Published ask() throws IOException {
    if (place.issuer().isPresent() && place.keys().isPresent()) {
      return new IssuerKeys.Published(place.issuer().get(), keys(place.keys().get()));
    }
    URI discovery = place.discovery().orElseThrow();
    JsonNode document = Json.MAPPER.readTree(get(discovery));
    String issuer = text(document, "issuer", discovery);
    if (place.issuer().filter(expected -> !expected.equals(issuer)).isPresent()) {
      throw new IOException(
          "expected the issuer %s at %s, found %s"
              .formatted(place.issuer().get(), discovery, issuer));
    }
    URI keys =
        place.keys().isPresent()
            ? place.keys().get()
            : https(text(document, "jwks_uri", discovery), discovery);
    return new IssuerKeys.Published(issuer, keys(keys));
  }

  private static String text(JsonNode document, String member, URI from) throws IOException {
    JsonNode value = document.path(member);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw new IOException(
          "expected '%s' in the document of %s, found none".formatted(member, from));
    }
    return value.textValue();
  }

  private static URI https(String text, URI from) throws IOException {
    try {
      URI uri = URI.create(text);
      if ("https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new IOException(
        "expected an https URL as jwks_uri in the document of %s, found '%s'"
            .formatted(from, text));
  }

  /// What is no public key with a name can verify nothing and is left out.
  private List<JsonWebKey> keys(URI from) throws IOException {
    try {
      String text = new String(get(from), StandardCharsets.UTF_8);
      List<JsonWebKey> keys =
          new JsonWebKeySet(text)
              .getJsonWebKeys().stream()
                  .filter(PublicJsonWebKey.class::isInstance)
                  .filter(one -> one.getKeyId() != null)
                  .limit(KEYS_AT_MOST)
                  .toList();
      if (keys.isEmpty()) {
        throw new IOException("expected public keys with names at " + from + ", found none");
      }
      return keys;
    } catch (JoseException | RuntimeException e) { // It casts what it read.
      throw new IOException("expected a set of keys (JWKS) at %s, found none".formatted(from), e);
    }
  }

  private byte[] get(URI from) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(from).timeout(within);
    if (token.isPresent() && place.isOurs(from)) {
      token.get().read().ifPresent(one -> request.setHeader("Authorization", "Bearer " + one));
    }
    // With a limit to all of it: that of the request ends with the headers.
    CompletableFuture<HttpResponse<byte[]>> coming =
        client.sendAsync(
            request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), DOCUMENT_AT_MOST));
    try {
      HttpResponse<byte[]> response = coming.get(within.toNanos(), TimeUnit.NANOSECONDS);
      if (response.statusCode() != 200) {
        throw new IOException(from + " answered " + response.statusCode() + ", expected 200");
      }
      return response.body();
    } catch (TimeoutException e) {
      throw new IOException(from + " did not answer whole within " + within, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking " + from, e);
    } catch (ExecutionException e) {
      throw new IOException(from + " did not answer: " + why(e.getCause()), e);
    } finally {
      coming.cancel(true);
    }
  }

  private static String why(@Nullable Throwable fault) {
    return fault instanceof SSLException ? TlsFault.of(fault).words() : String.valueOf(fault);
  }
}
