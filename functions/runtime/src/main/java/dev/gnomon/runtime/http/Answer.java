package dev.gnomon.runtime.http;

import java.util.Map;
import java.util.Optional;

/// What a query answers.
///
/// @param status 200, 202 or 204; another one where a protocol has a form of its own for refusals
/// @param body written as JSON, bytes as they are; absent for 204
public record Answer(int status, Optional<Object> body, Map<String, String> headers) {
  public Answer {
    headers = Map.copyOf(headers);
  }

  public static Answer of(Object body) {
    return new Answer(200, Optional.of(body), Map.of());
  }

  public static Answer none() {
    return new Answer(204, Optional.empty(), Map.of());
  }

  /// Answered before the work is done.
  ///
  /// @param location where what becomes of it can be read
  public static Answer accepted(Object body, String location) {
    return new Answer(202, Optional.of(body), Map.of("Location", location));
  }

  /// @param what for the 404, such as `update u1`
  public static Answer found(Optional<?> body, String what) {
    return of(body.orElseThrow(() -> missing(what)));
  }

  /// Answered as 404.
  ///
  /// @param what such as `update u1`
  public static RuntimeException missing(String what) {
    return Rejection.of(ProblemKind.NOT_FOUND, "there is no " + what);
  }

  /// The same with an entity tag; who sends it back in `If-None-Match` gets 304.
  ///
  /// @param tag without quotes
  public Answer withTag(Object tag) {
    return new Answer(status, body, Map.of("ETag", "\"" + tag + "\""));
  }
}
