package dev.gnomon.core.catalogue;

/// How much a notice matters, for the receiver's own routing; in ascending order.
public enum Severity {
  /// Good to know.
  INFO,
  /// Somebody should look at it today.
  WARNING,
  /// Somebody is needed now.
  CRITICAL
}
