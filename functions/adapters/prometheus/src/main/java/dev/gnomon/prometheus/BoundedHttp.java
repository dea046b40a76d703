package dev.gnomon.prometheus;

import dev.gnomon.core.telemetry.sources.SourceSpec;
import dev.gnomon.core.tls.Authorities;
import dev.gnomon.core.tls.TlsFault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Asks over HTTP and waits for all of the answer, no longer than it may take, and reads no more of
/// it than is allowed, packed or not. Redirects are not followed: they would take the credentials
/// along. Thread-safe.
final class BoundedHttp {
  /// Of an answer, also of one that was packed.
  static final int BYTES_AT_MOST = 16 * 1024 * 1024;

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

  // One for all that trust what Java trusts: a client holds a thread of its own.
  private static final HttpClient SHARED = client(Authorities.JDK.context());

  private final HttpClient http;
  private final Optional<SourceSpec.Credentials> credentials;
  private final SecretReader secrets;
  private final Duration timeout;

  /// No answer that can be used. The message holds no address, no content and no secret.
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String message) {
      super(message);
    }
  }

  record Answer(String contentType, String text) {}

  BoundedHttp(SourceSpec spec, SecretReader secrets) throws Unusable {
    this(spec, secrets, Authorities.of(name -> Optional.ofNullable(System.getenv(name))));
  }

  /// @param authorities that count where the source names none of its own
  BoundedHttp(SourceSpec spec, SecretReader secrets, Authorities authorities) throws Unusable {
    this.credentials = spec.credentials();
    this.secrets = secrets;
    this.timeout = spec.timeout();
    this.http = client(spec.ca(), authorities);
  }

  private static HttpClient client(Optional<Path> ca, Authorities authorities) throws Unusable {
    if (ca.isPresent()) {
      return client(Trust.in(ca.get()));
    }
    try {
      return authorities.areNamed() ? client(authorities.context()) : SHARED;
    } catch (IllegalArgumentException e) {
      throw new Unusable(String.valueOf(e.getMessage()));
    }
  }

  /// @throws Unusable for every reason for which there is no good answer
  Answer get(URI url, String accept) throws Unusable {
    return ask(request(url).header("Accept", accept).GET());
  }

  /// @param form `application/x-www-form-urlencoded`
  Answer post(URI url, String form) throws Unusable {
    return ask(
        request(url)
            .header("Accept", "application/json")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form)));
  }

  private static HttpClient client(SSLContext trust) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(CONNECT_LIMIT)
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .sslContext(trust)
        .build();
  }

  private HttpRequest.Builder request(URI url) throws Unusable {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(url)
            .timeout(timeout)
            .header("Accept-Encoding", "gzip")
            .header("User-Agent", "gnomon");
    try {
      authorization().ifPresent(value -> builder.header("Authorization", value));
    } catch (IllegalArgumentException e) {
      throw new Unusable("its secret can't stand in a header"); // The message would hold it.
    }
    return builder;
  }

  private Optional<String> authorization() throws Unusable {
    if (credentials.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          switch (credentials.get()) {
            case SourceSpec.Credentials.Bearer bearer -> "Bearer " + secrets.read(bearer.token());
            case SourceSpec.Credentials.Basic basic ->
                "Basic "
                    + Base64.getEncoder()
                        .encodeToString(
                            (basic.user() + ":" + secrets.read(basic.password()))
                                .getBytes(StandardCharsets.UTF_8));
          });
    } catch (IOException e) {
      throw new Unusable("its secret can't be read: " + e.getMessage());
    }
  }

  private Answer ask(HttpRequest.Builder builder) throws Unusable {
    CompletableFuture<HttpResponse<byte[]>> sent =
        http.sendAsync(builder.build(), response -> new BoundedBody(BYTES_AT_MOST));
    try {
      return answer(sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      sent.cancel(true);
      throw new Unusable("no whole answer within " + timeout.toMillis() + " ms");
    } catch (InterruptedException e) {
      sent.cancel(true);
      Thread.currentThread().interrupt();
      throw new Unusable("the work was stopped");
    } catch (ExecutionException e) {
      throw new Unusable(reason(e.getCause()));
    }
  }

  private static Answer answer(HttpResponse<byte[]> response) throws Unusable {
    if (response.statusCode() != 200) {
      throw new Unusable("it answered with status " + response.statusCode());
    }
    String type = response.headers().firstValue("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    String encoding = response.headers().firstValue("Content-Encoding").orElse("identity");
    byte[] body =
        switch (encoding.toLowerCase(Locale.ROOT)) {
          case "identity", "" -> response.body();
          case "gzip", "x-gzip" -> unpacked(response.body());
          default -> throw new Unusable("it answered in an encoding that was not asked for");
        };
    return new Answer(type, new String(body, StandardCharsets.UTF_8));
  }

  private static byte[] unpacked(byte[] body) throws Unusable {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      byte[] plain = in.readNBytes(BYTES_AT_MOST + 1);
      if (plain.length > BYTES_AT_MOST) {
        throw new Unusable("its answer is larger than " + BYTES_AT_MOST + " bytes");
      }
      return plain;
    } catch (IOException e) {
      throw new Unusable("its answer can't be unpacked, or was cut off");
    }
  }

  /// Messages of the client may hold the address, so the kind of fault has to do.
  private String reason(@Nullable Throwable fault) {
    return switch (fault) {
      case BoundedBody.TooLarge e -> "its answer is larger than " + BYTES_AT_MOST + " bytes";
      case HttpConnectTimeoutException e -> "no connection within the time limit";
      case java.net.http.HttpTimeoutException e -> "no answer within " + timeout.toMillis() + " ms";
      case ConnectException e -> "no connection: refused, or its host is unknown";
      case SSLException e -> TlsFault.of(e).words();
      case IOException e when e.getCause() instanceof BoundedBody.TooLarge ->
          "its answer is larger than " + BYTES_AT_MOST + " bytes";
      case IOException e ->
          "the connection failed, or the answer was cut off (%s)"
              .formatted(e.getClass().getSimpleName());
      case null -> "the request failed";
      default -> "the request failed (" + fault.getClass().getSimpleName() + ")";
    };
  }
}
