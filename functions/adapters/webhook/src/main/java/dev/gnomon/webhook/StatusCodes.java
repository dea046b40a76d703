package dev.gnomon.webhook;

/// What HTTP status codes say about another try (RFC 9110, RFC 6585, RFC 8470).
final class StatusCodes {
  private StatusCodes() {}

  static boolean retryable(int status) {
    return status == 408 || status == 425 || status == 429 || status >= 500;
  }
}
