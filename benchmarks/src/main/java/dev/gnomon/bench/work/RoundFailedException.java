package dev.gnomon.bench.work;

/// Somebody who is measured did not do the job, so there is no figure for this round. The message
/// is for the report.
public final class RoundFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  public RoundFailedException(String message) {
    super(message);
  }

  public String text() {
    return String.valueOf(getMessage());
  }
}
