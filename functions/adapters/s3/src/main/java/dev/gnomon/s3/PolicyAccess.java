package dev.gnomon.s3;

import java.util.Optional;

/// What a fence asks of a bucket. Faults are ObjectStoreExceptions.
interface PolicyAccess {

  /// Whether the bucket answers.
  boolean isThere();

  /// @return empty if the bucket has none
  Optional<String> policy();

  /// @param policy empty takes the bucket's policy away
  void setPolicy(Optional<String> policy);

  /// Tries to write an object below the prefix as the application does, and takes it away again if
  /// that was not refused. A fault that may pass is no answer: it is tried again, and then thrown.
  Trial writeAsWriter();

  /// The same with Gnomon's own credentials.
  Trial writeAsSelf();

  /// Takes away what trials that were killed left.
  void sweepTrials();

  /// Says of itself that it applies policies to callers without credentials only.
  boolean ignoresUsers();

  /// What became of a trial write.
  sealed interface Trial {
    record Accepted() implements Trial {}

    /// @param answer of the server, which refused it for want of rights
    record Refused(String answer) implements Trial {}

    /// It could not be tried, or was refused for another reason; trying again does not help.
    record Impossible(String reason) implements Trial {}
  }
}
