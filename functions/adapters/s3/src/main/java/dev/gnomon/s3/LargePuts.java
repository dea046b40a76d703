package dev.gnomon.s3;

import dev.gnomon.core.objects.ObjectStoreException;
import java.util.Optional;
import java.util.Set;

/// Whether a server ends a multipart upload on the condition that its name is free. AWS, MinIO and
/// S3Proxy do; others refuse the condition or take no notice of it. Known for one process only, so
/// that no put relies on the condition alone (see [S3Upload#create]). Thread-safe.
final class LargePuts {
  private static final System.Logger LOG = System.getLogger(LargePuts.class.getName());

  /// What servers call a header that they don't take. Each also names other mistakes, so it counts
  /// only if the same request is taken without the condition.
  private static final Set<String> REFUSALS =
      Set.of("NotImplemented", "InvalidRequest", "InvalidArgument", "UnsupportedArgument");

  private final S3Settings settings;
  private volatile Optional<String> unconditional = Optional.empty();

  LargePuts(S3Settings settings) {
    this.settings = settings;
  }

  /// True as long as the server is not known to do without.
  boolean conditional() {
    return unconditional.isEmpty();
  }

  /// What the server does instead, a sentence; empty if nothing is known against it.
  Optional<String> reservation() {
    return unconditional;
  }

  /// From now on uploads end without the condition.
  void ignored() {
    goWithout("takes no notice of If-None-Match");
  }

  /// @param answer what it said to the condition
  void refused(S3Answer answer) {
    goWithout("refuses If-None-Match (" + answer.getMessage() + ")");
  }

  /// What a fault says that may be a refusal of the condition; empty if it can't be one.
  static Optional<S3Answer> refusal(ObjectStoreException e) {
    return e.getCause() instanceof S3Answer answer
            && (answer.status() == 501
                || (answer.status() == 400 && REFUSALS.contains(answer.code())))
        ? Optional.of(answer)
        : Optional.empty();
  }

  /// The same, found out while an object was put: nobody asked, so the log says it, once.
  synchronized void refusedPut(S3Answer answer) {
    if (conditional()) {
      refused(answer);
      unconditional.ifPresent(text -> LOG.log(System.Logger.Level.WARNING, text));
    }
  }

  private void goWithout(String how) {
    unconditional =
        Optional.of(
            ("%s: its server %s at the end of a multipart upload: before large objects are put, the"
                    + " name is only looked at")
                .formatted(settings, how));
  }
}
