package dev.gnomon.runtime.http;

import java.util.Locale;

/// Every kind of error that Gnomon answers, with its status code. Of the event paths 400 and 405
/// are final (dead letter), the others are tried again by the broker.
public enum ProblemKind {
  NOT_A_CLOUDEVENT(400, "Not a CloudEvent 1.0"),
  TOO_LARGE(400, "Event is too large"),
  UNKNOWN_TYPE(400, "Unknown event type"),
  NOT_HANDLED_HERE(400, "No function takes this event here"),
  SCHEMA_VIOLATION(400, "Data breaks its schema"),
  REFUSED(400, "Refused"),
  UNAUTHORIZED(401, "A token is missing or wrong"),
  NOT_FOUND(404, "Not found"),
  METHOD_NOT_ALLOWED(405, "Method not allowed"),
  TOO_SLOW(408, "The request came too slowly"),
  BODY_TOO_LARGE(413, "The body is too large"),
  NOT_JSON(415, "Only JSON is taken"),
  BUSY(429, "Too much runs already"),
  BUG(500, "Internal error"),
  UNAVAILABLE(503, "A dependency is away");

  private final int status;
  private final String title;

  ProblemKind(int status, String title) {
    this.status = status;
    this.title = title;
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  /// The problem's `type`, a stable URI.
  public String uri() {
    return "urn:gnomon:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
