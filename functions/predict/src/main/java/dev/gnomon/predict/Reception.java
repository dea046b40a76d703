package dev.gnomon.predict;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.secrets.KeyRing;
import dev.gnomon.core.secrets.Secrets;
import dev.gnomon.runtime.http.ApiRequest;
import dev.gnomon.runtime.http.Listening;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;

/// What everybody meets who sends telemetry in a form of his own: a token if the catalogue wants
/// one, a place among the few requests that are read at once, and a limit on what a body unpacks
/// to. Counts `gnomon.telemetry.requests` by path and outcome.
@Singleton
class Reception {
  /// Of a body, as it comes and unpacked.
  static final int BYTES_AT_MOST = 4 * 1024 * 1024;

  /// What is made of a body takes many times its bytes.
  static final int AT_ONCE = 4;

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final Optional<KeyRing> tokens;
  private final MeterRegistry meters;
  private final Semaphore running = new Semaphore(AT_ONCE, true);

  @Inject
  Reception(PredictSources sources, MeterRegistry meters, Listening listening) {
    this(
        sources.catalogue().policies().telemetry().tokens(),
        new Secrets(name -> Optional.ofNullable(System.getenv(name))),
        meters);
    if (tokens.isEmpty()) {
      listening.warnIfReached("telemetry", "telemetry.tokens");
    }
  }

  Reception(List<Secret> tokens, Secrets secrets, MeterRegistry meters) {
    this.tokens =
        tokens.isEmpty()
            ? Optional.empty()
            : Optional.of(new KeyRing("telemetry", tokens, secrets));
    this.meters = meters;
  }

  /// Looks at a request before its body is read.
  ///
  /// @throws Rejection if it may not come in
  void door(String path, ApiRequest request) {
    door(path, request.header("Origin"), request.headers("Authorization"));
  }

  void door(String path, Optional<String> origin, List<String> authorization) {
    try {
      if (origin.isPresent()) {
        // A page in somebody's browser can send plain text to any address that he reaches.
        throw Rejection.of(ProblemKind.REFUSED, "telemetry is not taken from browsers");
      }
      authenticate(authorization);
    } catch (Rejection e) {
      count(path, "refused");
      throw e;
    }
  }

  /// What came in at the door.
  ///
  /// @param work on the unpacked body
  /// @throws Rejection if it is too large, or packed in another way
  /// @throws Busy if too many are read already
  <T> T take(String path, ApiRequest request, byte[] body, Function<byte[], T> work) {
    boolean entered = false;
    String outcome = "refused";
    try {
      entered = running.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (!entered) {
        outcome = "busy";
        throw new Busy(
            "%d requests with telemetry are read already".formatted(AT_ONCE), RETRY_AFTER);
      }
      byte[] plain = unpacked(request.headers("Content-Encoding"), body);
      outcome = "failed";
      T answer = work.apply(plain);
      outcome = "taken";
      return answer;
    } catch (Rejection e) {
      outcome = "refused";
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("the work was stopped");
    } finally {
      if (entered) {
        running.release();
      }
      count(path, outcome);
    }
  }

  private void count(String path, String outcome) {
    meters.counter("gnomon.telemetry.requests", "path", path, "outcome", outcome).increment();
  }

  private void authenticate(List<String> authorization) {
    Optional<String> only =
        authorization.size() == 1 ? Optional.of(authorization.getFirst()) : Optional.empty();
    if (!tokens.map(known -> known.hasBearer(only)).orElse(true)) {
      throw Rejection.of(
          ProblemKind.UNAUTHORIZED, "expected a token, as Authorization: Bearer TOKEN");
    }
  }

  private static byte[] unpacked(List<String> encoding, byte[] body) {
    String name = encoding.isEmpty() ? "identity" : encoding.getFirst().toLowerCase(Locale.ROOT);
    if (encoding.size() > 1 || !(name.equals("gzip") || name.equals("identity"))) {
      throw Rejection.of(ProblemKind.REFUSED, "expected the Content-Encoding gzip, or none");
    }
    if (name.equals("identity")) {
      return body;
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      byte[] plain = in.readNBytes(BYTES_AT_MOST + 1);
      if (plain.length > BYTES_AT_MOST) {
        throw Rejection.of(
            ProblemKind.BODY_TOO_LARGE,
            "expected at most %d bytes, unpacked".formatted(BYTES_AT_MOST));
      }
      return plain;
    } catch (IOException e) {
      throw Rejection.of(ProblemKind.REFUSED, "the body can't be unpacked, or was cut off");
    }
  }

  /// A name for what came: the same body has the same.
  static String effect(String path, byte[] body) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
      return "received" + path + "/" + java.util.HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
