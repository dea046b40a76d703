package dev.gnomon.runtime.oidc;

import dev.gnomon.runtime.http.Problem;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKey;
import org.jspecify.annotations.Nullable;

/// The keys of an issuer, kept for a while. Thread-safe.
///
/// A key that is not among them may be new, so it is asked for, but not more often than each
/// [#FLOOR]: anybody can make up names of keys. Until it was asked for nobody knows whether it is
/// there, and a request is answered that it be sent again; so is each while there are no keys. That
/// a token is not of the issuer is said only by keys that were fetched after it came.
final class IssuerKeys {
  /// Keys are trusted for so long after they were fetched, if no others can be.
  static final Duration KEPT = Duration.ofHours(1);

  /// Then others are asked for while these are still good, so that a short outage is no one's.
  static final Duration RENEWED_AFTER = Duration.ofMinutes(30);

  static final Duration FLOOR = Duration.ofSeconds(10);

  /// The floor when the issuer did not answer.
  static final Duration FLOOR_AFTER_FAULT = Duration.ofSeconds(2);

  private static final Logger LOG = Logger.getLogger(IssuerKeys.class);
  private static final Duration WAIT_AT_MOST = Duration.ofSeconds(15);
  private static final int WAITING_AT_MOST = 256;

  /// Where keys come from.
  interface Source {
    /// @throws IOException that says what was expected and what was found
    Published ask() throws IOException;
  }

  /// @param issuer that tokens have to name
  /// @param keys public ones, each with a name
  record Published(String issuer, List<JsonWebKey> keys) {
    Published {
      keys = List.copyOf(keys);
    }

    boolean has(String kid) {
      return keys.stream().anyMatch(one -> kid.equals(one.getKeyId()));
    }
  }

  /// @param asked when, in nanoseconds of the clock
  private record Held(Published published, long asked) {
    boolean isYounger(Duration age, long now) {
      return now - asked < age.toNanos();
    }
  }

  private final Source source;
  private final Executor background;
  private final LongSupplier nanos;
  private final ReentrantLock asking = new ReentrantLock();
  private final Semaphore waiting = new Semaphore(WAITING_AT_MOST);
  private final AtomicBoolean renewing = new AtomicBoolean();
  private volatile @Nullable Held held;

  // Guarded by asking.
  private Optional<Long> lastAsked = Optional.empty();
  private Optional<String> lastFault = Optional.empty();

  /// @param background runs what asks for keys before they are needed
  /// @param nanos a clock that never goes back
  IssuerKeys(Source source, Executor background, LongSupplier nanos) {
    this.source = source;
    this.background = background;
    this.nanos = nanos;
  }

  /// What the issuer publishes, with this key if it is one of his.
  ///
  /// @throws Rejection UNAVAILABLE if that is not known now
  Published asFor(String kid) {
    long came = nanos.getAsLong();
    Held known = held;
    if (known != null && known.isYounger(KEPT, came)) {
      if (!known.isYounger(RENEWED_AFTER, came)) {
        renew();
      }
      if (known.published().has(kid)) {
        return known.published();
      }
    }
    if (!waiting.tryAcquire()) {
      throw unknown("too many wait for the keys of the issuer", FLOOR_AFTER_FAULT);
    }
    try {
      return asked(kid, came);
    } finally {
      waiting.release();
    }
  }

  private Published asked(String kid, long came) {
    lock();
    try {
      long now = nanos.getAsLong();
      Held known = held;
      if (known != null
          && known.isYounger(KEPT, now)
          && (known.asked() - came > 0 || known.published().has(kid))) {
        return known.published();
      }
      Duration rest = rest(now);
      if (rest.isPositive()) {
        throw unknown(
            lastFault.orElse("the keys of the issuer were fetched a moment ago, without this one"),
            rest);
      }
      return fetch();
    } catch (IOException e) {
      throw unknown(fault(e), FLOOR_AFTER_FAULT);
    } finally {
      asking.unlock();
    }
  }

  private void lock() {
    try {
      if (asking.tryLock(WAIT_AT_MOST.toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw unknown("the keys of the issuer did not come in time", FLOOR_AFTER_FAULT);
  }

  /// How long nobody may ask yet.
  private Duration rest(long now) {
    Duration floor = lastFault.isPresent() ? FLOOR_AFTER_FAULT : FLOOR;
    return lastAsked
        .map(last -> floor.minusNanos(now - last))
        .filter(Duration::isPositive)
        .orElse(Duration.ZERO);
  }

  /// While the lock is held.
  private Published fetch() throws IOException {
    long now = nanos.getAsLong();
    lastAsked = Optional.of(now);
    try {
      Published published = source.ask();
      held = new Held(published, now);
      lastFault = Optional.empty();
      return published;
    } catch (IOException e) {
      lastFault = Optional.of(fault(e));
      throw e;
    } catch (
        RuntimeException e) { // What it sent may be anything, and so what a library makes of it.
      lastFault = Optional.of(fault(e));
      throw new IOException(String.valueOf(e), e);
    }
  }

  private void renew() {
    if (!renewing.compareAndSet(false, true)) {
      return;
    }
    try {
      background.execute(this::fetchIfNobodyDoes);
    } catch (RejectedExecutionException e) { // It ends.
      renewing.set(false);
    }
  }

  private void fetchIfNobodyDoes() {
    try {
      if (asking.tryLock()) {
        try {
          if (rest(nanos.getAsLong()).isZero()) {
            fetch();
          }
        } finally {
          asking.unlock();
        }
      }
    } catch (IOException e) {
      LOG.warnf("%s; those that are kept are good for %s", fault(e), KEPT);
    } finally {
      renewing.set(false);
    }
  }

  private static String fault(Exception e) {
    return "the keys of the issuer can't be had: "
        + (e instanceof IOException ? e.getMessage() : e.toString());
  }

  private static Rejection unknown(String why, Duration again) {
    return new Rejection(
        Problem.retry(
            ProblemKind.UNAVAILABLE, "whether a token is good is not known: " + why, again));
  }
}
