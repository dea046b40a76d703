package dev.gnomon.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Requests to the stack that runs for a data directory. A stack that is not there is one clear
/// failure.
final class Http {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final int MAX_SHOWN = 500;

  private final Path data;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  Http(Path data) {
    this.data = data;
  }

  /// @param status HTTP status code
  record Answer(int status, String body, Optional<String> retryAfter) {
    boolean ok() {
      return status >= 200 && status < 300;
    }

    /// Why it was refused, from the problem (RFC 9457) if there is one.
    String reason() {
      try {
        JsonNode problem = Json.MAPPER.readTree(body);
        for (String field : new String[] {"detail", "title", "reason"}) {
          if (problem.path(field).isTextual()) {
            return problem.path(field).asText();
          }
        }
      } catch (JsonProcessingException e) {
        return plain(); // no problem document: what it says, as it is
      }
      return plain();
    }

    private String plain() {
      String text = body.strip();
      return text.isEmpty()
          ? "it answered " + status
          : "it answered %d: %s"
              .formatted(status, text.substring(0, Math.min(text.length(), MAX_SHOWN)));
    }
  }

  Answer get(URI address) {
    return send(HttpRequest.newBuilder(address).GET());
  }

  Answer post(URI address, String body) {
    return send(
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  Answer send(HttpRequest.Builder request) {
    HttpRequest built = request.timeout(ANSWER).header("Accept", "application/json").build();
    try {
      HttpResponse<String> response =
          client.send(built, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      return new Answer(
          response.statusCode(), response.body(), response.headers().firstValue("Retry-After"));
    } catch (ConnectException e) {
      throw Failure.failed(
          "no stack is running for %s, only its gnomon.json was left: start it with 'gnomon up --data %s'"
              .formatted(data, data));
    } catch (HttpTimeoutException e) {
      throw Failure.timedOut(
          "the stack at %s did not answer within %d s".formatted(built.uri(), ANSWER.toSeconds()));
    } catch (IOException e) {
      throw Failure.failed("the stack at %s broke off: %s".formatted(built.uri(), e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.failed("interrupted");
    }
  }
}
