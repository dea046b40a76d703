package dev.gnomon.runtime.http;

import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.runtime.NotAccepted;
import dev.gnomon.runtime.logs.Seldom;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Decides once what an exception means for the caller.
///
/// The first cause that says what it is decides, so that wrappers (futures, Funqy's
/// ApplicationException, domain exceptions around a store's fault) don't hide it.
public final class Faults {
  private static final Logger LOG = Logger.getLogger(Faults.class);
  private static final int MAX_CAUSES = 20;
  private static final Seldom STRANGERS = new Seldom(Duration.ofSeconds(10), System::nanoTime);

  private Faults() {}

  /// The problem to answer, after one line in the log: INFO for a refusal, WARN for what will be
  /// tried again, ERROR with a stack for a bug.
  ///
  /// @param what the request, for the log
  /// @param retryAfter when the fault does not say itself
  public static Problem report(Throwable fault, String what, Duration retryAfter) {
    Problem problem = problem(fault, retryAfter);
    switch (problem.kind()) {
      case BUG -> LOG.errorf(fault, "%s failed", what);
      case BUSY, UNAVAILABLE -> LOG.warnf("%s has to be tried again: %s", what, problem.detail());
      case NOT_A_CLOUDEVENT,
          TOO_LARGE,
          UNKNOWN_TYPE,
          NOT_HANDLED_HERE,
          SCHEMA_VIOLATION,
          REFUSED,
          METHOD_NOT_ALLOWED,
          TOO_SLOW,
          BODY_TOO_LARGE,
          NOT_JSON ->
          LOG.infof("%s was refused: %s", what, problem.detail());
      // Anybody can cause these, as often as he likes; they are counted where that matters.
      case UNAUTHORIZED ->
          STRANGERS
              .line("%s was refused: %s".formatted(what, problem.detail()))
              .ifPresent(LOG::info);
      // Who waits for an answer asks until it is there.
      case NOT_FOUND -> LOG.debugf("%s was not found: %s", what, problem.detail());
    }
    return problem;
  }

  static Problem problem(Throwable fault, Duration retryAfter) {
    Throwable cause = fault;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      Optional<Problem> known = known(cause, retryAfter);
      if (known.isPresent()) {
        return known.get();
      }
      cause = cause.getCause();
    }
    return Problem.of(
        ProblemKind.BUG, "a bug or a fault that needs a person; the log has the details");
  }

  private static Optional<Problem> known(Throwable fault, Duration retryAfter) {
    return Optional.ofNullable(
        switch (fault) {
          case Rejection rejection -> rejection.problem();
          case Refusal refusal -> Problem.of(ProblemKind.REFUSED, message(refusal));
          case Busy busy -> Problem.retry(ProblemKind.BUSY, message(busy), busy.retryAfter());
          case Unavailable away ->
              Problem.retry(ProblemKind.UNAVAILABLE, message(away), retryAfter);
          case NotAccepted sink when sink.mayBeRetried() ->
              Problem.retry(ProblemKind.UNAVAILABLE, message(sink), retryAfter);
          case ObjectStoreException store ->
              switch (store.kind()) {
                case TRANSIENT, OUTCOME_UNKNOWN ->
                    Problem.retry(ProblemKind.UNAVAILABLE, message(store), retryAfter);
                case PERMANENT ->
                    Problem.of(ProblemKind.BUG, "the object store refuses: " + message(store));
              };
          default -> null;
        });
  }

  private static String message(Throwable fault) {
    String message = fault.getMessage();
    return message == null ? fault.getClass().getSimpleName() : message;
  }
}
