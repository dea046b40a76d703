package dev.gnomon.local.cli;

/// An expected fault: one clear sentence for the user and the exit code. Never shown with a stack
/// trace.
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public static final int FAILED = 1;
  public static final int WRONG_USE = 2;
  public static final int TIMED_OUT = 3;

  private final int exitCode;
  private final boolean passing;

  private Failure(int exitCode, String message, boolean passing) {
    super(message, null, false, false);
    this.exitCode = exitCode;
    this.passing = passing;
  }

  /// What was asked for was not done.
  public static Failure failed(String message) {
    return new Failure(FAILED, message, false);
  }

  /// Like [#failed], but the same may succeed in a moment: who waits goes on waiting.
  public static Failure unavailable(String message) {
    return new Failure(FAILED, message, true);
  }

  /// The command was typed wrongly; nothing was done.
  public static Failure wrongUse(String message) {
    return new Failure(WRONG_USE, message, false);
  }

  /// It may still be done, but not while the command waited.
  public static Failure timedOut(String message) {
    return new Failure(TIMED_OUT, message, false);
  }

  public boolean passing() {
    return passing;
  }

  public int exitCode() {
    return exitCode;
  }

  public String text() {
    return String.valueOf(getMessage());
  }
}
