package dev.gnomon.webhook;

/// What became of one notice at one endpoint.
public sealed interface Delivery {
  /// Scheme and host of the endpoint, no more.
  String endpoint();

  /// How many times it was sent, at least 1 unless it could not be sent at all.
  int attempts();

  record Delivered(String endpoint, int attempts) implements Delivery {}

  /// @param reason of the last attempt, without secrets
  record Undelivered(String endpoint, int attempts, String reason) implements Delivery {}
}
