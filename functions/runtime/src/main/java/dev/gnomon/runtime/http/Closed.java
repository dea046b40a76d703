package dev.gnomon.runtime.http;

/// A bean that knows whether this process answers queries and commands at all. One that does not
/// needs no tokens for them.
public interface Closed {
  /// Whether every query and command is refused whoever asks, before anything of it is looked at.
  boolean isClosed();
}
