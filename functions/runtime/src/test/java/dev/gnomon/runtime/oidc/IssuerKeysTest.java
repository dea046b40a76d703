package dev.gnomon.runtime.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gnomon.runtime.http.Problem;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.junit.jupiter.api.Test;

class IssuerKeysTest {
  private static final PublicJsonWebKey OLD = Tokens.elliptic("old");
  private static final PublicJsonWebKey NEW = Tokens.elliptic("new");

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();
  private final List<Runnable> background = new ArrayList<>();
  private volatile List<JsonWebKey> published = List.of(OLD);
  private volatile boolean away;

  private final IssuerKeys keys =
      new IssuerKeys(
          () -> {
            asked.incrementAndGet();
            if (away) {
              throw new IOException("it is away");
            }
            return new IssuerKeys.Published(Tokens.ISSUER, published);
          },
          background::add,
          // Two looks are never at the same moment.
          now::incrementAndGet);

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  private boolean knows(String kid) {
    return keys.asFor(kid).has(kid);
  }

  private Problem unknown(String kid) {
    Rejection said = catchThrowableOfType(Rejection.class, () -> keys.asFor(kid));
    assertThat(said).isNotNull();
    assertThat(said.problem().kind()).isEqualTo(ProblemKind.UNAVAILABLE);
    return said.problem();
  }

  @Test
  void whateverGoesWrongIsSaidAndTriedAgain() {
    AtomicInteger failures = new AtomicInteger(1);
    IssuerKeys odd =
        new IssuerKeys(
            () -> {
              if (failures.getAndDecrement() > 0) {
                throw new IllegalArgumentException("a port of six digits");
              }
              return new IssuerKeys.Published(Tokens.ISSUER, published);
            },
            background::add,
            now::incrementAndGet);

    Rejection said = catchThrowableOfType(Rejection.class, () -> odd.asFor("old"));
    assertThat(said.problem().kind()).isEqualTo(ProblemKind.UNAVAILABLE);
    assertThat(said.getMessage()).contains("a port of six digits");

    pass(IssuerKeys.FLOOR_AFTER_FAULT);
    assertThat(odd.asFor("old").has("old")).isTrue();
  }

  @Test
  void aRenewalThatNobodyWantsToRunIsAskedForAgain() {
    AtomicInteger refused = new AtomicInteger();
    IssuerKeys ending =
        new IssuerKeys(
            () -> new IssuerKeys.Published(Tokens.ISSUER, published),
            task -> {
              refused.incrementAndGet();
              throw new RejectedExecutionException("it ends");
            },
            now::incrementAndGet);
    ending.asFor("old");

    pass(IssuerKeys.RENEWED_AFTER);
    assertThat(ending.asFor("old").has("old")).isTrue();
    assertThat(ending.asFor("old").has("old")).isTrue();

    assertThat(refused).hasValue(2);
  }

  @Test
  void keysAreFetchedOnceForMany() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(knows("old")).isTrue();
      pass(Duration.ofSeconds(1));
    }

    assertThat(asked).hasValue(1);
  }

  @Test
  void aNewKeyIsFetchedWhenItIsFirstUsed() {
    assertThat(knows("old")).isTrue();
    published = List.of(NEW);
    pass(IssuerKeys.FLOOR);

    assertThat(knows("new")).isTrue();

    assertThat(asked).hasValue(2);
    pass(IssuerKeys.FLOOR);
    assertThat(knows("old")).isFalse();
  }

  @Test
  void namesOfKeysThatAreMadeUpMakeNobodyAskMoreOftenThanTheFloor() {
    assertThat(knows("old")).isTrue();
    for (int i = 0; i < 60; i++) {
      pass(Duration.ofSeconds(1));
      try {
        assertThat(knows("made-up-" + i)).isFalse();
      } catch (Rejection later) {
        assertThat(later.problem().kind()).isEqualTo(ProblemKind.UNAVAILABLE);
      }
    }

    assertThat(asked).hasValueBetween(6, 7);
  }

  /// Otherwise a stranger's made-up key just before would turn an event away for good.
  @Test
  void aKeyThatMayHaveComeSinceIsNotRefused() {
    assertThat(knows("old")).isTrue();
    pass(Duration.ofSeconds(4));
    published = List.of(OLD, NEW);

    Problem said = unknown("new");

    assertThat(said.retryAfter())
        .hasValueSatisfying(
            rest -> assertThat(rest).isBetween(Duration.ofMillis(5_900), Duration.ofSeconds(6)));
    pass(said.retryAfter().orElseThrow());
    assertThat(knows("new")).isTrue();
  }

  @Test
  void withoutKeysNobodyIsLetInAndNobodyRefused() {
    away = true;

    assertThat(unknown("old").detail()).contains("it is away");
    assertThat(unknown("old").detail()).contains("it is away");
    assertThat(asked).hasValue(1);

    away = false;
    pass(IssuerKeys.FLOOR_AFTER_FAULT);
    assertThat(knows("old")).isTrue();
  }

  @Test
  void keysAreRenewedWhileTheyAreStillGood() {
    assertThat(knows("old")).isTrue();
    published = List.of(NEW);
    pass(IssuerKeys.RENEWED_AFTER);

    assertThat(knows("old")).isTrue();
    assertThat(knows("old")).isTrue();
    assertThat(background).hasSize(1);
    background.removeFirst().run();

    assertThat(asked).hasValue(2);
    assertThat(knows("new")).isTrue();
  }

  @Test
  void anOutageIsBorneUntilTheKeysAreTooOld() {
    assertThat(knows("old")).isTrue();
    away = true;
    pass(IssuerKeys.KEPT.minusSeconds(1));
    assertThat(knows("old")).isTrue();
    background.removeFirst().run();
    assertThat(knows("old")).isTrue();

    pass(IssuerKeys.FLOOR);

    assertThat(unknown("old").detail()).contains("it is away");
    away = false;
    pass(IssuerKeys.FLOOR_AFTER_FAULT);
    assertThat(knows("old")).isTrue();
  }

  @Test
  void thoseWhoWaitForTheFirstKeysAskOnce() throws Exception {
    CountDownLatch answers = new CountDownLatch(1);
    AtomicInteger fetches = new AtomicInteger();
    IssuerKeys slow =
        new IssuerKeys(
            () -> {
              fetches.incrementAndGet();
              try {
                answers.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              return new IssuerKeys.Published(Tokens.ISSUER, published);
            },
            Runnable::run,
            System::nanoTime);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        waiting.add(CompletableFuture.supplyAsync(() -> slow.asFor("old").has("old"), threads));
      }
      Patience.await().until(() -> fetches.get() == 1);
      answers.countDown();

      for (CompletableFuture<Boolean> one : waiting) {
        assertThat(one.get()).isTrue();
      }
    }
    assertThat(fetches).hasValue(1);
  }
}
