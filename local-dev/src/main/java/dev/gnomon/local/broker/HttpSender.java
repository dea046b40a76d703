package dev.gnomon.local.broker;

import io.cloudevents.CloudEvent;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Delivers events by POST in binary mode and reads the answer as Knative's data plane contract
/// says: 200 may carry a reply, other 2xx end the matter, 404, 408, 409, 429, 5xx and codes that
/// nobody lists are tried again, other 4xx are final.
final class HttpSender implements Sender, AutoCloseable {
  static final int MAX_REPLY_BYTES = 1024 * 1024;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final int MAX_REASON_CHARS = 500;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final Clock clock;

  HttpSender(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Outcome send(Subscription to, CloudEvent event) throws InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            request(to, event), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_REPLY_BYTES));
    try {
      return outcome(answer.get(to.delivery().timeout().toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return unanswered("no answer within " + to.delivery().timeout());
    } catch (ExecutionException e) {
      return unanswered(String.valueOf(e.getCause()));
    } finally {
      answer.cancel(true);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  private static HttpRequest request(Subscription to, CloudEvent event) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to.address())
            .POST(HttpRequest.BodyPublishers.ofByteArray(HttpEvents.data(event)));
    HttpEvents.headers(event).forEach(request::setHeader);
    if (!to.isDeadLetterSink()) {
      request.setHeader("Prefer", "reply");
    }
    return request.build();
  }

  private Outcome outcome(HttpResponse<byte[]> answer) {
    int code = answer.statusCode();
    if (code == 200) {
      return reply(answer);
    }
    if (code > 200 && code < 300) {
      return new Outcome.Delivered(Optional.empty());
    }
    if (code >= 400 && code < 500 && code != 404 && code != 408 && code != 409 && code != 429) {
      return new Outcome.Refused(code, reason(answer));
    }
    return new Outcome.Postponed(code, reason(answer), retryAfter(answer.headers()));
  }

  private static Outcome reply(HttpResponse<byte[]> answer) {
    try {
      return new Outcome.Delivered(HttpEvents.read(answer.headers().map(), answer.body()));
    } catch (MalformedEventException e) {
      return new Outcome.Refused(200, "malformed reply: " + e.getMessage());
    }
  }

  private static Outcome unanswered(String reason) {
    return new Outcome.Postponed(-1, reason, Optional.empty());
  }

  private static String reason(HttpResponse<byte[]> answer) {
    String body = new String(answer.body(), StandardCharsets.UTF_8).strip();
    String shortened =
        body.length() > MAX_REASON_CHARS ? body.substring(0, MAX_REASON_CHARS) : body;
    return shortened.isEmpty() ? "status " + answer.statusCode() : shortened;
  }

  /// Seconds or a date (RFC 9110, 10.2.3); anything else is passed over.
  private Optional<Duration> retryAfter(HttpHeaders headers) {
    return headers
        .firstValue("Retry-After")
        .flatMap(value -> {
          try {
            return Optional.of(
                value.chars().allMatch(Character::isDigit)
                    ? Duration.ofSeconds(Long.parseLong(value))
                    : Duration.between(
                        clock.instant(),
                        ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)));
          } catch (NumberFormatException | DateTimeException e) {
            return Optional.empty();
          }
        });
  }
}
