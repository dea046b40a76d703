package dev.gnomon.runtime.oidc;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/// Keys and tokens as an issuer makes them, and as forgers do.
final class Tokens {
  static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
  static final String AUDIENCE = "serving.knative.dev/service/gnomon/rollback";
  static final String SUBJECT = "system:serviceaccount:gnomon:rollback-update-failed-oidc-7";

  private Tokens() {}

  static PublicJsonWebKey rsa(String kid) {
    try {
      PublicJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
      key.setKeyId(kid);
      key.setUse("sig");
      key.setAlgorithm(AlgorithmIdentifiers.RSA_USING_SHA256);
      return key;
    } catch (JoseException e) {
      throw new AssertionError(e);
    }
  }

  static PublicJsonWebKey elliptic(String kid) {
    try {
      PublicJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
      key.setKeyId(kid);
      return key;
    } catch (JoseException e) {
      throw new AssertionError(e);
    }
  }

  /// A JWKS.
  static String published(List<PublicJsonWebKey> keys) {
    return "{\"keys\":["
        + String.join(
            ",", keys.stream().map(one -> one.toJson(OutputControlLevel.PUBLIC_ONLY)).toList())
        + "]}";
  }

  /// Claims that nothing is wrong with.
  static JwtClaims claims(Instant now) {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(ISSUER);
    claims.setAudience(AUDIENCE);
    claims.setSubject(SUBJECT);
    claims.setIssuedAt(time(now.minus(Duration.ofMinutes(5))));
    claims.setNotBefore(time(now.minus(Duration.ofMinutes(5))));
    claims.setExpirationTime(time(now.plus(Duration.ofHours(1))));
    return claims;
  }

  static NumericDate time(Instant at) {
    return NumericDate.fromSeconds(at.getEpochSecond());
  }

  static String signed(PublicJsonWebKey key, JwtClaims claims) {
    return signed(
        key,
        key.getKeyType().equals("EC")
            ? AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256
            : AlgorithmIdentifiers.RSA_USING_SHA256,
        claims);
  }

  static String signed(PublicJsonWebKey key, String algorithm, JwtClaims claims) {
    JsonWebSignature token = token(key.getKeyId(), algorithm, claims);
    token.setKey(key.getPrivateKey());
    return serialized(token);
  }

  /// The forgery of RFC 8725, 2.1: the public key as a shared secret.
  static String byPublicKeyAsSecret(PublicJsonWebKey key, JwtClaims claims) {
    JsonWebSignature token = token(key.getKeyId(), AlgorithmIdentifiers.HMAC_SHA256, claims);
    token.setKey(new HmacKey(key.getPublicKey().getEncoded()));
    token.setDoKeyValidation(false);
    return serialized(token);
  }

  static String unsigned(String kid, JwtClaims claims) {
    JsonWebSignature token = token(kid, AlgorithmIdentifiers.NONE, claims);
    token.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
    return serialized(token);
  }

  /// Any header and claims with a signature that is none.
  static String madeUp(String header, String claims) {
    return part(header) + "." + part(claims) + "." + part("signature");
  }

  private static String part(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonWebSignature token(String kid, String algorithm, JwtClaims claims) {
    JsonWebSignature token = new JsonWebSignature();
    token.setPayload(claims.toJson());
    token.setAlgorithmHeaderValue(algorithm);
    token.setKeyIdHeaderValue(kid);
    return token;
  }

  private static String serialized(JsonWebSignature token) {
    try {
      return token.getCompactSerialization();
    } catch (JoseException e) {
      throw new AssertionError(e);
    }
  }
}
