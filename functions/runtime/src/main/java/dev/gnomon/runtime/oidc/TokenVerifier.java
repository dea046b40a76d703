package dev.gnomon.runtime.oidc;

import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.Use;
import org.jose4j.jwk.VerificationJwkSelector;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/// Says whose token one is, if it is good: signed by a key of the issuer, for this audience, now.
/// Thread-safe.
///
/// Only signatures that a public key verifies are taken. `none` and those by a shared secret are
/// refused before any key is looked at, so that a public key can't be taken for a secret (RFC 8725,
/// 2.1). No message holds a token.
final class TokenVerifier {
  /// How far the clocks of issuer and function may be apart.
  static final Duration SKEW = Duration.ofSeconds(30);

  /// In characters; all headers of a request have 20 KiB together.
  static final int TOKEN_AT_MOST = 16 * 1024;

  private static final String[] ALGORITHMS = {
    AlgorithmIdentifiers.RSA_USING_SHA256,
    AlgorithmIdentifiers.RSA_USING_SHA384,
    AlgorithmIdentifiers.RSA_USING_SHA512,
    AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
    AlgorithmIdentifiers.RSA_PSS_USING_SHA384,
    AlgorithmIdentifiers.RSA_PSS_USING_SHA512,
    AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
    AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
    AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512
  };
  private static final Set<String> TAKEN = new TreeSet<>(List.of(ALGORITHMS));

  /// The library passes over letters that base64url doesn't have, or reads them as others.
  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]*+");

  private static final int SHOWN_AT_MOST = 200;

  private final String audience;
  private final Optional<List<Subject>> subjects;
  private final IssuerKeys keys;
  private final Clock clock;

  /// @param subjects whose tokens are taken; everybody's without
  TokenVerifier(String audience, Optional<List<Subject>> subjects, IssuerKeys keys, Clock clock) {
    this.audience = audience;
    this.subjects = subjects;
    this.keys = keys;
    this.clock = clock;
  }

  String audience() {
    return audience;
  }

  /// @return the subject
  /// @throws Rejection UNAUTHORIZED if it is not good, UNAVAILABLE if nobody can say
  String subject(String token) {
    JsonWebSignature signature = signature(token);
    String algorithm = header(signature, "alg");
    if (!TAKEN.contains(algorithm)) {
      throw refused("a signature by one of " + TAKEN, "the algorithm '" + shown(algorithm) + "'");
    }
    String kid = header(signature, "kid");
    if (kid.isEmpty()) {
      throw refused("the name of the key that signed it (kid)", "none");
    }
    IssuerKeys.Published published = keys.asFor(kid);
    JwtClaims claims = claims(token, key(signature, kid, algorithm, published), published.issuer());
    String subject = subject(claims);
    if (subjects.isPresent() && subjects.get().stream().noneMatch(one -> one.covers(subject))) {
      throw refused("a token of one of " + subjects.get(), "one of " + shown(subject));
    }
    return subject;
  }

  /// Whole, and not as it is shown: two that are shown alike are two.
  private static String subject(JwtClaims claims) {
    try {
      return claims.getSubject();
    } catch (MalformedClaimException e) {
      throw refused("a token with a subject", "one that is no text");
    }
  }

  private static JsonWebSignature signature(String token) {
    if (token.length() > TOKEN_AT_MOST) {
      throw refused(
          "a token of at most " + TOKEN_AT_MOST + " characters", token.length() + " of them");
    }
    if (!FORM.matcher(token).matches()) {
      throw noJwt();
    }
    try {
      if (JsonWebSignature.fromCompactSerialization(token) instanceof JsonWebSignature signature) {
        return signature;
      }
    } catch (JoseException | RuntimeException e) {
      throw noJwt();
    }
    throw noJwt();
  }

  private static Rejection noJwt() {
    return refused("a signed JWT", "something else");
  }

  /// Empty if it is not there.
  private static String header(JsonWebSignature signature, String name) {
    return signature.getHeaders().getObjectHeaderValue(name) instanceof String text ? text : "";
  }

  private static PublicJsonWebKey key(
      JsonWebSignature signature, String kid, String algorithm, IssuerKeys.Published published) {
    try {
      JsonWebKey found = new VerificationJwkSelector().select(signature, published.keys());
      if (found instanceof PublicJsonWebKey key && isFor(key, algorithm)) {
        return key;
      }
    } catch (JoseException | RuntimeException e) {
      // said below
    }
    throw refused(
        "a key of " + published.issuer(),
        "the kid '%s', which is none of its keys for %s".formatted(shown(kid), algorithm));
  }

  /// A key that says what it is for is for nothing else.
  private static boolean isFor(PublicJsonWebKey key, String algorithm) {
    return (key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm))
        && (key.getUse() == null || key.getUse().equals(Use.SIGNATURE));
  }

  private JwtClaims claims(String token, PublicJsonWebKey key, String issuer) {
    JwtConsumer consumer =
        new JwtConsumerBuilder()
            .setJwsAlgorithmConstraints(ConstraintType.PERMIT, ALGORITHMS)
            .setVerificationKey(key.getPublicKey())
            .setExpectedIssuer(true, issuer)
            .setExpectedAudience(true, audience)
            .setRequireExpirationTime()
            .setRequireSubject()
            .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
            .setAllowedClockSkewInSeconds((int) SKEW.toSeconds())
            .build();
    try {
      return consumer.processToClaims(token);
    } catch (InvalidJwtException e) {
      throw refused(e, issuer, key.getKeyId());
    }
  }

  /// In the order in which they are of use to whoever has to mend it. Claims are looked at only
  /// after the signature, so what is shown of them was signed by the issuer.
  private Rejection refused(InvalidJwtException fault, String issuer, String kid) {
    JwtClaims found = fault.getJwtContext() == null ? null : fault.getJwtContext().getJwtClaims();
    if (fault.hasErrorCode(ErrorCodes.SIGNATURE_INVALID)) {
      return refused("a signature by the key '" + shown(kid) + "' of " + issuer, "another one");
    }
    if (fault.hasErrorCode(ErrorCodes.ISSUER_INVALID)
        || fault.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
      return refused("a token of the issuer " + issuer, "one of '" + text(found, "iss") + "'");
    }
    if (fault.hasErrorCode(ErrorCodes.AUDIENCE_INVALID)
        || fault.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
      return refused("a token for the audience " + audience, "one for " + text(found, "aud"));
    }
    if (fault.hasErrorCode(ErrorCodes.EXPIRED)
        || fault.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)) {
      return refused("a token that is good at " + clock.instant(), "exp " + time(found, "exp"));
    }
    if (fault.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
      return refused("a token that is good at " + clock.instant(), "nbf " + time(found, "nbf"));
    }
    if (fault.hasErrorCode(ErrorCodes.SUBJECT_MISSING)) {
      return refused("a token with a subject", "none");
    }
    return refused("a signed JWT with claims of RFC 7519", "something else");
  }

  private static String text(@Nullable JwtClaims claims, String name) {
    Object value = claims == null ? null : claims.getClaimValue(name);
    return value == null ? "nothing" : shown(value.toString());
  }

  private static String time(@Nullable JwtClaims claims, String name) {
    try {
      NumericDate time = claims == null ? null : claims.getNumericDateClaimValue(name);
      return time == null ? "missing" : java.time.Instant.ofEpochSecond(time.getValue()).toString();
    } catch (MalformedClaimException | RuntimeException e) {
      return "that is no time";
    }
  }

  private static String shown(String text) {
    String line = text.replaceAll("[^\\x20-\\x7e]", "?");
    return line.length() <= SHOWN_AT_MOST ? line : line.substring(0, SHOWN_AT_MOST) + "...";
  }

  private static Rejection refused(String expected, String found) {
    return Rejection.of(ProblemKind.UNAUTHORIZED, "expected " + expected + ", found " + found);
  }
}
