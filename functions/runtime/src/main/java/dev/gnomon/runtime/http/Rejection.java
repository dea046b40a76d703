package dev.gnomon.runtime.http;

import dev.gnomon.events.EventSchemas.Violation;
import java.util.List;
import java.util.Optional;

/// A request that is answered with a problem and does not reach its function.
public final class Rejection extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public Rejection(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  public static Rejection of(ProblemKind kind, String detail) {
    return new Rejection(Problem.of(kind, detail));
  }

  /// Data that breaks its schema.
  public static Rejection of(String what, List<Violation> violations) {
    return new Rejection(
        new Problem(
            ProblemKind.SCHEMA_VIOLATION,
            what + ": " + violations.getFirst(),
            violations,
            Optional.empty()));
  }

  public Problem problem() {
    return problem;
  }
}
