package dev.gnomon.s3;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.tls.TlsFault;
import io.minio.errors.ErrorResponseException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Which kind a fault is, and what a person can do about it.
final class S3Faults {
  /// Refusals whose repetition may succeed although their status says otherwise.
  private static final Set<String> PASSING_CODES =
      Set.of(
          "RequestTimeout",
          "BadDigest",
          "XAmzContentSHA256Mismatch",
          "XAmzContentChecksumMismatch",
          "IncompleteBody",
          "OperationAborted",
          "ConditionalRequestConflict");

  /// Errors of a server that other servers report with status 500 or inside of a 200.
  private static final Set<String> SERVER_CODES = Set.of("InternalError", "ServiceUnavailable");

  private final S3Settings settings;

  /// Whether a call that was lost may have changed something.
  enum Effect {
    READS,
    WRITES
  }

  S3Faults(S3Settings settings) {
    this.settings = settings;
  }

  /// @param what such as "creating 'a/b'"
  ObjectStoreException of(String what, Effect effect, Throwable cause) {
    return switch (root(cause)) {
      case ObjectStoreException fault -> fault;
      case S3Answer answer -> answered(what, effect, answer);
      case ErrorResponseException error ->
          answered(
              what,
              effect,
              new S3Answer(
                  SERVER_CODES.contains(error.errorResponse().code()) ? 500 : 400,
                  String.valueOf(error.errorResponse().code()),
                  String.valueOf(error.errorResponse().message())));
      case NotSentException notSent -> notSent(what, notSent);
      case SocketTimeoutException late ->
          fault(lost(effect), what, "timed out: the server was silent for too long", "", late);
      case IOException lost -> fault(lost(effect), what, said(lost), "", lost);
      // The answer was a success, but is not what S3 answers.
      case Throwable garbage ->
          fault(lost(effect), what, "the answer is not that of an S3 server", "", garbage);
    };
  }

  ObjectStoreException fault(
      Kind kind, String what, String reason, String advice, Throwable cause) {
    return new ObjectStoreException(kind, text(what, reason, advice), cause);
  }

  ObjectStoreException fault(Kind kind, String what, String reason, String advice) {
    return new ObjectStoreException(kind, text(what, reason, advice));
  }

  private String text(String what, String reason, String advice) {
    return "%s in %s failed: %s%s"
        .formatted(what, settings, reason, advice.isEmpty() ? "" : " (" + advice + ")");
  }

  private ObjectStoreException answered(String what, Effect effect, S3Answer answer) {
    Kind kind =
        PASSING_CODES.contains(answer.code())
            ? Kind.TRANSIENT
            : switch (answer.status()) {
              case 408, 409, 425, 429, 503 -> Kind.TRANSIENT;
              case 501, 505, 507 -> Kind.PERMANENT;
              case 500, 502, 504 -> isFull(answer) ? Kind.PERMANENT : lost(effect);
              default -> answer.status() >= 500 ? lost(effect) : Kind.PERMANENT;
            };
    return fault(kind, what, said(answer), advice(answer), answer);
  }

  private static boolean isFull(S3Answer answer) {
    return answer.code().toLowerCase(Locale.ROOT).contains("storagefull");
  }

  private static String advice(S3Answer answer) {
    if (answer.code().equals("NoSuchBucket")) {
      return "create the bucket, or correct its name";
    }
    if (answer.code().equals("NoSuchUpload")) {
      return "the server gave up the upload: store the object again";
    }
    if (answer.code().equals("RequestTimeTooSkewed")) {
      return "the clock of this machine and the server's differ too much";
    }
    if (isFull(answer) || answer.status() == 507) {
      return "the server's disk is full: free space";
    }
    return switch (answer.status()) {
      case 301, 302, 307, 308 -> "correct the endpoint or the region";
      case 401, 403 -> "check access key, secret key and the rights of this user";
      case 404 -> "check the endpoint and the bucket";
      case 501 -> "the server does not know this call or If-None-Match";
      default -> "";
    };
  }

  private ObjectStoreException notSent(String what, NotSentException e) {
    Throwable cause = e.getCause();
    boolean distrusted =
        cause instanceof SSLHandshakeException || cause instanceof SSLPeerUnverifiedException;
    return distrusted
        ? fault(Kind.PERMANENT, what, said(e), TlsFault.of(e).words(), e)
        : fault(Kind.TRANSIENT, what, "no connection: " + said(e), "is the server up?", e);
  }

  private static Kind lost(Effect effect) {
    return effect == Effect.READS ? Kind.TRANSIENT : Kind.OUTCOME_UNKNOWN;
  }

  private static String said(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /// The client wraps causes in CompletionExceptions and MinioExceptions without a message.
  private static Throwable root(Throwable e) {
    Throwable at = e;
    for (int depth = 0; depth < 10; depth++) {
      Throwable cause = at.getCause();
      if (cause == null
          || at instanceof ObjectStoreException
          || at instanceof ErrorResponseException
          || at instanceof IOException) {
        return at;
      }
      at = cause;
    }
    return at;
  }
}
