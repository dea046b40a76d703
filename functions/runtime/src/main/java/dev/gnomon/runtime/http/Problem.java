package dev.gnomon.runtime.http;

import dev.gnomon.core.control.Json;
import dev.gnomon.events.EventSchemas.Violation;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An error as people and programs see it (RFC 9457).
///
/// @param detail a sentence: expected, found, the id
/// @param errors the fields that are wrong, if fields are
/// @param retryAfter when to try again, for BUSY and UNAVAILABLE; sent in whole seconds, at least 1
public record Problem(
    ProblemKind kind, String detail, List<Violation> errors, Optional<Duration> retryAfter) {
  public static final String MEDIA_TYPE = "application/problem+json";

  /// The header by which 401 says what would help, and its value (RFC 9110, RFC 6750).
  public static final String CHALLENGE = "WWW-Authenticate";

  public static final String BEARER = "Bearer realm=\"gnomon\"";

  public Problem {
    errors = List.copyOf(errors);
  }

  public static Problem of(ProblemKind kind, String detail) {
    return new Problem(kind, detail, List.of(), Optional.empty());
  }

  public static Problem retry(ProblemKind kind, String detail, Duration after) {
    return new Problem(kind, detail, List.of(), Optional.of(after));
  }

  /// Ends the response with this problem, unless something was already sent.
  public void send(HttpServerResponse response) {
    if (response.ended() || response.headWritten()) {
      return;
    }
    retryAfter.ifPresent(
        after -> response.putHeader("Retry-After", Long.toString(Math.max(1, after.toSeconds()))));
    if (kind == ProblemKind.UNAUTHORIZED && !response.headers().contains(CHALLENGE)) {
      response.putHeader(CHALLENGE, BEARER);
    }
    response
        .setStatusCode(kind.status())
        .putHeader("Content-Type", MEDIA_TYPE)
        .end(Buffer.buffer(json()));
  }

  byte[] json() {
    var body = new Body(kind.uri(), kind.title(), kind.status(), detail, present(errors));
    try {
      return Json.MAPPER.writeValueAsBytes(body);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Optional<List<Map<String, String>>> present(List<Violation> errors) {
    return errors.isEmpty()
        ? Optional.empty()
        : Optional.of(
            errors.stream()
                .map(e -> Map.of("pointer", "#" + e.pointer(), "detail", e.message()))
                .toList());
  }

  private record Body(
      String type,
      String title,
      int status,
      String detail,
      Optional<List<Map<String, String>>> errors) {}
}
