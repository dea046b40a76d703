package dev.gnomon.store.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.tls.Authorities;
import dev.gnomon.core.tls.TlsFault;
import dev.gnomon.store.blobs.Hash;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A master key in HashiCorp Vault's (or OpenBao's) transit engine: the data key is sent there to
/// be wrapped and unwrapped, the master key never leaves it. Vault's own versions of a key are its
/// affair: an older wrapping is unwrapped by the same name.
///
/// The token is that of `VAULT_TOKEN`, or of the file that `VAULT_TOKEN_FILE` names, read anew for
/// each request; `VAULT_NAMESPACE` is passed on. Source: Vault HTTP API, secret/transit.
final class VaultTransit implements MasterKey {
  private static final Pattern PATH = Pattern.compile("/v1/(.+)/keys/([^/]+)");
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int MAX_SHOWN = 200;
  private static final int FINGERPRINT_DIGITS = 32;

  private final URI address;
  private final String mount;
  private final String name;
  private final UnaryOperator<@Nullable String> environment;
  private final HttpClient http;

  private VaultTransit(
      URI address, String mount, String name, UnaryOperator<@Nullable String> environment) {
    this.address = address;
    this.mount = mount;
    this.name = name;
    this.environment = environment;
    Authorities authorities =
        Authorities.of(variable -> Optional.ofNullable(environment.apply(variable)));
    this.http =
        HttpClient.newBuilder().connectTimeout(TIMEOUT).sslContext(authorities.context()).build();
  }

  /// @param address `https://host[:port]/v1/<mount>/keys/<name>`
  static VaultTransit open(URI address, UnaryOperator<@Nullable String> environment) {
    Matcher path = PATH.matcher(String.valueOf(address.getRawPath()));
    if (address.getHost() == null
        || address.getRawUserInfo() != null
        || address.getRawQuery() != null
        || !path.matches()) {
      throw new WrongKeyException(
          "a key in Vault is named by vault+https://host[:port]/v1/<mount>/keys/<name>");
    }
    if (!address.getScheme().equals("https") && !LOOPBACK.contains(address.getHost())) {
      throw new WrongKeyException(
          "'%s' would be told the data key without encryption: use vault+https"
              .formatted(address.getHost()));
    }
    return new VaultTransit(address, path.group(1), path.group(2), environment);
  }

  @Override
  public String fingerprint() {
    String digits = Hash.of(address.toString().getBytes(UTF_8)).toString();
    return "vault-" + digits.substring(0, FINGERPRINT_DIGITS);
  }

  @Override
  public String description() {
    return "vault+" + address;
  }

  @Override
  public byte[] wrap(byte[] dataKey, byte[] about) {
    ObjectNode request = request(about).put("plaintext", base64(dataKey));
    return text(call("encrypt", request), "ciphertext").getBytes(UTF_8);
  }

  @Override
  public byte[] unwrap(byte[] wrapped, byte[] about) {
    ObjectNode request = request(about).put("ciphertext", new String(wrapped, UTF_8));
    try {
      return Base64.getDecoder().decode(text(call("decrypt", request), "plaintext"));
    } catch (IllegalArgumentException e) {
      throw fault(ObjectStoreException.Kind.PERMANENT, "answered decrypt with no Base64", e);
    }
  }

  /// Keys that are not derived check `associated_data` too (AES-GCM and ChaCha20-Poly1305).
  private static ObjectNode request(byte[] about) {
    return Json.MAPPER.createObjectNode().put("associated_data", base64(about));
  }

  private JsonNode call(String action, ObjectNode body) {
    URI uri = address.resolve("/v1/" + mount + "/" + action + "/" + name);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(TIMEOUT)
            .header("X-Vault-Token", token())
            .header("X-Vault-Request", "true")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    variable("VAULT_NAMESPACE").ifPresent(value -> request.header("X-Vault-Namespace", value));
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return data(action, answer);
    } catch (SSLException e) {
      throw distrusted(e);
    } catch (IOException e) {
      throw fault(ObjectStoreException.Kind.TRANSIENT, "can't be reached: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw fault(ObjectStoreException.Kind.TRANSIENT, "was not waited for", e);
    }
  }

  /// A certificate does not become better by asking again; a connection that broke off may.
  private ObjectStoreException distrusted(SSLException e) {
    TlsFault why = TlsFault.of(e);
    return why == TlsFault.OTHER
        ? fault(ObjectStoreException.Kind.TRANSIENT, "can't be reached: " + e, e)
        : fault(ObjectStoreException.Kind.PERMANENT, "was told nothing: " + why.words(), e);
  }

  private JsonNode data(String action, HttpResponse<String> answer) {
    int status = answer.statusCode();
    if (status == 200) {
      try {
        return Json.MAPPER.readTree(answer.body()).path("data");
      } catch (IOException e) {
        throw fault(ObjectStoreException.Kind.PERMANENT, "answered " + action + " with no JSON", e);
      }
    }
    String said = "answered %s with %d: %s".formatted(action, status, errors(answer.body()));
    if (status == 400 && action.equals("decrypt")) {
      throw new WrongKeyException(description() + " " + said);
    }
    boolean later = status == 429 || status >= 500;
    throw fault(
        later ? ObjectStoreException.Kind.TRANSIENT : ObjectStoreException.Kind.PERMANENT, said);
  }

  private static String errors(String body) {
    try {
      String errors = Json.MAPPER.readTree(body).path("errors").toString();
      return errors.substring(0, Math.min(errors.length(), MAX_SHOWN));
    } catch (IOException e) {
      return "no JSON";
    }
  }

  private String text(JsonNode data, String field) {
    JsonNode value = data.path(field);
    if (!value.isTextual()) {
      throw fault(ObjectStoreException.Kind.PERMANENT, "answered without '" + field + "'");
    }
    return value.textValue();
  }

  private String token() {
    Optional<String> token = variable("VAULT_TOKEN");
    if (token.isPresent()) {
      return token.get();
    }
    String file =
        variable("VAULT_TOKEN_FILE")
            .orElseThrow(() ->
                new WrongKeyException(
                    "a token for Vault is expected in VAULT_TOKEN, or in the file that"
                        + " VAULT_TOKEN_FILE names"));
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new WrongKeyException("the token for Vault in '" + file + "' can't be read: " + e);
    }
  }

  private Optional<String> variable(String variable) {
    return Optional.ofNullable(environment.apply(variable))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  private ObjectStoreException fault(ObjectStoreException.Kind kind, String what) {
    return new ObjectStoreException(kind, description() + " " + what);
  }

  private ObjectStoreException fault(ObjectStoreException.Kind kind, String what, Exception cause) {
    return new ObjectStoreException(kind, description() + " " + what, cause);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
