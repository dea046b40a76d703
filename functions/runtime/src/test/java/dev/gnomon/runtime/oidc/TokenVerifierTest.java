package dev.gnomon.runtime.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.Test;

class TokenVerifierTest {
  private static final Instant NOW = Instant.parse("2026-11-23T03:00:00Z");
  private static final PublicJsonWebKey KEY = Tokens.rsa("k1");
  private static final PublicJsonWebKey CURVE = Tokens.elliptic("k2");
  private static final PublicJsonWebKey STRANGER = Tokens.rsa("k1");

  private static TokenVerifier verifier(Optional<List<Subject>> subjects) {
    IssuerKeys keys =
        new IssuerKeys(
            () -> new IssuerKeys.Published(Tokens.ISSUER, List.of(KEY, CURVE)),
            Runnable::run,
            new java.util.concurrent.atomic.AtomicLong()::incrementAndGet);
    return new TokenVerifier(Tokens.AUDIENCE, subjects, keys, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static JwtClaims claims(Consumer<JwtClaims> change) {
    JwtClaims claims = Tokens.claims(NOW);
    change.accept(claims);
    return claims;
  }

  /// What is said of a token that is not taken.
  private static String refusal(String token) {
    return refusal(verifier(Optional.empty()), token);
  }

  private static String refusal(TokenVerifier verifier, String token) {
    Rejection said = catchThrowableOfType(Rejection.class, () -> verifier.subject(token));
    assertThat(said).as(token).isNotNull();
    assertThat(said.problem().kind()).isEqualTo(ProblemKind.UNAUTHORIZED);
    if (token.length() > 20) {
      assertThat(said.getMessage()).doesNotContain(token.substring(token.length() - 20));
    }
    return said.getMessage();
  }

  @Test
  void tokensOfTheIssuerForThisAudienceAreGood() {
    TokenVerifier verifier = verifier(Optional.empty());

    assertThat(verifier.subject(Tokens.signed(KEY, Tokens.claims(NOW)))).isEqualTo(Tokens.SUBJECT);
    assertThat(verifier.subject(Tokens.signed(CURVE, Tokens.claims(NOW))))
        .isEqualTo(Tokens.SUBJECT);
    assertThat(
            verifier.subject(
                Tokens.signed(
                    KEY, claims(c -> c.setAudience("https://elsewhere", Tokens.AUDIENCE)))))
        .isEqualTo(Tokens.SUBJECT);
  }

  @Test
  void timesCountWithAToleranceForClocks() {
    TokenVerifier verifier = verifier(Optional.empty());
    Duration within = TokenVerifier.SKEW.minusSeconds(1);
    Duration beyond = TokenVerifier.SKEW.plusSeconds(1);

    verifier.subject(
        Tokens.signed(KEY, claims(c -> c.setExpirationTime(Tokens.time(NOW.minus(within))))));
    verifier.subject(
        Tokens.signed(KEY, claims(c -> c.setNotBefore(Tokens.time(NOW.plus(within))))));

    assertThat(
            refusal(
                Tokens.signed(
                    KEY, claims(c -> c.setExpirationTime(Tokens.time(NOW.minus(beyond)))))))
        .isEqualTo(
            "expected a token that is good at 2026-11-23T03:00:00Z, found exp 2026-11-23T02:59:29Z");
    assertThat(
            refusal(Tokens.signed(KEY, claims(c -> c.setNotBefore(Tokens.time(NOW.plus(beyond)))))))
        .isEqualTo(
            "expected a token that is good at 2026-11-23T03:00:00Z, found nbf 2026-11-23T03:00:31Z");
    assertThat(refusal(Tokens.signed(KEY, claims(c -> c.unsetClaim("exp")))))
        .endsWith("found exp missing");
  }

  @Test
  void tokensForOthersOrOfOthersAreRefused() {
    assertThat(
            refusal(
                Tokens.signed(
                    KEY, claims(c -> c.setAudience("serving.knative.dev/service/gnomon/shadow")))))
        .isEqualTo(
            "expected a token for the audience serving.knative.dev/service/gnomon/rollback, found"
                + " one for serving.knative.dev/service/gnomon/shadow");
    assertThat(refusal(Tokens.signed(KEY, claims(c -> c.unsetClaim("aud")))))
        .endsWith("found one for nothing");
    assertThat(refusal(Tokens.signed(KEY, claims(c -> c.setIssuer("https://another.example")))))
        .isEqualTo(
            "expected a token of the issuer "
                + Tokens.ISSUER
                + ", found one of 'https://another.example'");
    assertThat(refusal(Tokens.signed(KEY, claims(c -> c.unsetClaim("iss")))))
        .endsWith("found one of 'nothing'");
    assertThat(refusal(Tokens.signed(KEY, claims(c -> c.unsetClaim("sub")))))
        .isEqualTo("expected a token with a subject, found none");
  }

  @Test
  void signaturesOfOthersAreRefused() {
    String good = Tokens.signed(KEY, Tokens.claims(NOW));
    String[] parts = good.split("\\.");
    String other = Tokens.signed(KEY, claims(c -> c.setSubject("system:admin"))).split("\\.")[1];

    assertThat(refusal(Tokens.signed(STRANGER, Tokens.claims(NOW))))
        .isEqualTo(
            "expected a signature by the key 'k1' of " + Tokens.ISSUER + ", found another one");
    assertThat(refusal(parts[0] + "." + other + "." + parts[2])).contains("expected a signature");
    assertThat(refusal(parts[0] + "." + parts[1] + ".")).startsWith("expected a signature");
    assertThat(refusal(Tokens.signed(Tokens.rsa("k9"), Tokens.claims(NOW))))
        .isEqualTo(
            "expected a key of "
                + Tokens.ISSUER
                + ", found the kid 'k9', which is none of its keys for RS256");
  }

  @Test
  void noAlgorithmThatNeedsNoPrivateKeyIsTaken() {
    assertThat(refusal(Tokens.unsigned("k1", Tokens.claims(NOW))))
        .contains("expected a signature by one of [ES256, ")
        .endsWith("found the algorithm 'none'");
    assertThat(refusal(Tokens.byPublicKeyAsSecret(KEY, Tokens.claims(NOW))))
        .endsWith("found the algorithm 'HS256'");
    for (String name : List.of("None", "nOnE", "HS512", "rs256", "RS1", "EdDSA", "", "dir")) {
      assertThat(
              refusal(
                  Tokens.madeUp(
                      "{\"alg\":\"%s\",\"kid\":\"k1\"}".formatted(name),
                      Tokens.claims(NOW).toJson())))
          .endsWith("found the algorithm '" + name + "'");
    }
  }

  @Test
  void theKeyDecidesForWhichAlgorithmItIs() {
    assertThat(
            refusal(
                Tokens.signed(KEY, AlgorithmIdentifiers.RSA_PSS_USING_SHA256, Tokens.claims(NOW))))
        .contains("none of its keys for PS256");
  }

  @Test
  void keysThatTheTokenBringsAreNotUsed() {
    String brought =
        "{\"alg\":\"RS256\",\"kid\":\"k1\",\"jku\":\"https://127.0.0.1/keys\",\"jwk\":%s}"
            .formatted(STRANGER.toJson());
    assertThat(refusal(Tokens.madeUp(brought, Tokens.claims(NOW).toJson())))
        .startsWith("expected a signature by the key 'k1'");
  }

  @Test
  void subjectsThatAreShownAlikeAreTwo() {
    String start = "system:serviceaccount:gnomon:" + "a".repeat(200);
    TokenVerifier verifier =
        verifier(
            Optional.of(
                List.of(
                    new Subject("system:serviceaccount:gnomon:" + "a".repeat(171) + "..."),
                    new Subject("m?ller"))));

    for (String other : List.of(start + "b", "m\u00fcller")) {
      assertThat(refusal(verifier, Tokens.signed(KEY, claims(c -> c.setSubject(other)))))
          .contains("expected a token of one of");
    }
    assertThat(
            verifier(Optional.of(List.of(new Subject("m\u00fcller"))))
                .subject(Tokens.signed(KEY, claims(c -> c.setSubject("m\u00fcller")))))
        .isEqualTo("m\u00fcller");
  }

  @Test
  void subjectsMayBeNamed() {
    TokenVerifier verifier =
        verifier(
            Optional.of(
                List.of(
                    new Subject("system:serviceaccount:gnomon:rollback-*"),
                    new Subject("system:serviceaccount:gnomon:sender"))));

    assertThat(verifier.subject(Tokens.signed(KEY, Tokens.claims(NOW)))).isEqualTo(Tokens.SUBJECT);
    verifier.subject(
        Tokens.signed(KEY, claims(c -> c.setSubject("system:serviceaccount:gnomon:sender"))));

    for (String other :
        List.of(
            "system:serviceaccount:gnomon:sender2",
            "system:serviceaccount:other:rollback-1",
            "system:serviceaccount:gnomon:rollbac")) {
      assertThat(refusal(verifier, Tokens.signed(KEY, claims(c -> c.setSubject(other)))))
          .isEqualTo(
              "expected a token of one of [system:serviceaccount:gnomon:rollback-*,"
                  + " system:serviceaccount:gnomon:sender], found one of "
                  + other);
    }
  }

  @Test
  void whatIsNoTokenIsRefusedInAnyForm() {
    String good = Tokens.signed(KEY, Tokens.claims(NOW));
    for (String none :
        List.of(
            "",
            ".",
            "..",
            "...",
            "a.b.c",
            good + ".x.y",
            good.substring(0, good.lastIndexOf('.')),
            "{}",
            Tokens.madeUp("[]", "{}"),
            Tokens.madeUp("{\"alg\":7,\"kid\":{}}", "{}"),
            Tokens.madeUp("{\"alg\":\"RS256\"}", "{}"),
            Tokens.madeUp("{\"alg\":\"RS256\",\"kid\":[\"k1\"]}", "{}"),
            Tokens.madeUp("{\"alg\":\"RS256\",\"kid\":\"k1\",\"crit\":[\"exp\"]}", "{}"),
            Tokens.madeUp("{\"alg\":\"RS256\",\"alg\":\"none\",\"kid\":\"k1\"}", "{}"),
            Tokens.madeUp("{\"alg\":\"dir\",\"enc\":\"A128GCM\"}", "{}") + ".x.y",
            Tokens.madeUp("{\"a\":".repeat(5_000), "{}"),
            "x".repeat(64 * 1024))) {
      assertThat(refusal(none)).startsWith("expected ");
    }
  }

  @Test
  void lettersOfAnotherBase64MakeNoToken() {
    String token;
    do { // Each signature by a curve is another one.
      token = Tokens.signed(CURVE, Tokens.claims(NOW));
    } while (token.indexOf('-', token.lastIndexOf('.')) < 0);
    int signature = token.lastIndexOf('.');
    String other = token.substring(0, signature) + token.substring(signature).replace('-', '+');

    assertThat(verifier(Optional.empty()).subject(token)).isEqualTo(Tokens.SUBJECT);
    assertThat(refusal(other)).isEqualTo("expected a signed JWT, found something else");
    assertThat(refusal(token + " ")).startsWith("expected a signed JWT");
    assertThat(refusal(token + "=")).startsWith("expected a signed JWT");
  }

  @Test
  void oddClaimsUnderAGoodSignatureAreRefused() {
    for (Consumer<JwtClaims> odd :
        List.<Consumer<JwtClaims>>of(
            c -> c.setClaim("exp", "tomorrow"),
            c -> c.setClaim("nbf", List.of()),
            c -> c.setClaim("aud", 7),
            c -> c.setClaim("aud", List.of(7, 8)),
            c -> c.setClaim("iss", List.of(Tokens.ISSUER)),
            c -> c.setClaim("sub", List.of("a")))) {
      assertThat(refusal(Tokens.signed(KEY, claims(odd)))).startsWith("expected ");
    }
  }

  @Test
  void aTokenWithAnyCharacterChangedIsRefused() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    TokenVerifier verifier = verifier(Optional.empty());
    String good = Tokens.signed(CURVE, Tokens.claims(NOW));
    // The last character of a part holds bits that mean nothing.
    for (int round = 0; round < 2_000; round++) {
      int at = random.nextInt(good.length() - 1);
      char other = (char) (32 + random.nextInt(95));
      if (other == good.charAt(at) || good.charAt(at + 1) == '.') {
        continue;
      }
      String changed = good.substring(0, at) + other + good.substring(at + 1);
      assertThat(catchThrowableOfType(Rejection.class, () -> verifier.subject(changed)))
          .as("seed %d, '%s' at %d of %s", seed, other, at, good)
          .isNotNull();
    }
  }
}
