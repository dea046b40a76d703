package dev.gnomon.core.rollback;

/// Outcome of asking for a rollback.
public sealed interface Begun {
  /// It has begun, or went on from where it was.
  record Accepted(String rollback) implements Begun {}

  /// The same request is running, or was carried out and nothing changed since.
  record Joined(String rollback, boolean done) implements Begun {}

  /// It contradicts a running one, or it can't be done.
  record Refused(String reason) implements Begun {}
}
