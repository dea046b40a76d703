package dev.gnomon.core.shadow;

/// How a capture ended.
public sealed interface CaptureOutcome {
  /// The point exists, durably; by this call or by an earlier one of the same job.
  record Taken(Point point) implements CaptureOutcome {}

  /// No point: the source is not in a state that may become one.
  ///
  /// @param reason a sentence for people
  record Refused(String reason) implements CaptureOutcome {}
}
