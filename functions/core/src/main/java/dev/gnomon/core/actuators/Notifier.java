package dev.gnomon.core.actuators;

/// Tells people. Delivery is at least once; a failed delivery is retried and then reported in the
/// log, it never fails the work it reports.
public interface Notifier {
  void notify(Notice notice);

  /// @param id the same for repeats of the same notice
  /// @param severity for the receiver's own routing
  /// @param text one or two sentences
  record Notice(String id, Severity severity, String text) {}

  enum Severity {
    INFO,
    WARNING,
    CRITICAL
  }
}
