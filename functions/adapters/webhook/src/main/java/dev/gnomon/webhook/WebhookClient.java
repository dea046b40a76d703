package dev.gnomon.webhook;

import dev.gnomon.core.tls.Authorities;
import dev.gnomon.core.tls.TlsFault;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/// Sends one POST and waits for the answer, headers and body, no longer than it was told to.
/// Thread-safe.
final class WebhookClient {
  static final int MAX_BODY_BYTES = 8 * 1024;
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

  // One for all that trust what Java trusts: it holds connections, and a thread.
  private static final HttpClient SHARED = client(Authorities.JDK);

  private final HttpClient http;

  /// @param environment looks up an environment variable
  /// @throws IllegalArgumentException if it names authorities that can't be read
  WebhookClient(Function<String, Optional<String>> environment) {
    Authorities authorities = Authorities.of(environment);
    this.http = authorities.areNamed() ? client(authorities) : SHARED;
  }

  private static HttpClient client(Authorities authorities) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(CONNECT_LIMIT)
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .sslContext(authorities.context())
        .build();
  }

  sealed interface Answer {
    /// @param retryAfter the header of this name, as it came
    /// @param body at most [#MAX_BODY_BYTES]
    record Answered(int status, Optional<String> retryAfter, String body) implements Answer {}

    /// Nothing came back in time; the endpoint may have acted all the same.
    record Unanswered(String reason) implements Answer {}

    /// It can't be sent at all, now or later.
    record Unsendable(String reason) implements Answer {}
  }

  /// @param headers also over those that are sent always, such as another `Content-Type`
  Answer post(URI url, Map<String, String> headers, byte[] body, Duration limit) {
    HttpRequest request;
    try {
      HttpRequest.Builder builder =
          HttpRequest.newBuilder(url)
              .timeout(limit)
              .header("Content-Type", "application/json")
              .header("User-Agent", "gnomon")
              .POST(HttpRequest.BodyPublishers.ofByteArray(body));
      headers.forEach(builder::setHeader);
      request = builder.build();
    } catch (IllegalArgumentException e) {
      // The message would hold the URL or a header, both may be secret.
      return new Answer.Unsendable("its URL or a header is not valid for HTTP");
    }
    CompletableFuture<HttpResponse<String>> sent =
        http.sendAsync(request, response -> new FirstBytes(MAX_BODY_BYTES));
    try {
      HttpResponse<String> response = sent.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer.Answered(
          response.statusCode(), response.headers().firstValue("Retry-After"), response.body());
    } catch (TimeoutException e) {
      sent.cancel(true);
      return new Answer.Unanswered("no answer within " + limit.toMillis() + " ms");
    } catch (InterruptedException e) {
      sent.cancel(true);
      Thread.currentThread().interrupt();
      return new Answer.Unanswered("the work was stopped");
    } catch (ExecutionException e) {
      return new Answer.Unanswered(reason(e.getCause(), limit));
    }
  }

  /// Messages of the client may hold the URL, so the kind of fault has to do.
  private static String reason(@org.jspecify.annotations.Nullable Throwable fault, Duration limit) {
    return switch (fault) {
      case HttpConnectTimeoutException e -> "no connection within the time limit";
      case java.net.http.HttpTimeoutException e -> "no answer within " + limit.toMillis() + " ms";
      case ConnectException e ->
          e.getCause() instanceof UnresolvedAddressException
              ? "its host name is unknown"
              : "the connection was refused";
      case SSLException e -> TlsFault.of(e).words();
      case IOException e -> "the connection failed (" + e.getClass().getSimpleName() + ")";
      case null -> "the request failed";
      default -> "the request failed (" + fault.getClass().getSimpleName() + ")";
    };
  }

  /// As much of a URL as may be shown: scheme, host and port.
  static String shown(URI url) {
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    return url.getScheme() + "://" + url.getHost() + port + "/…";
  }
}
