package dev.gnomon.runtime.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A secret that requests have to bring as `Authorization: Bearer TOKEN`. How long a comparison
/// takes says nothing of the token.
public final class BearerToken {
  private static final int MIN_LENGTH = 16;
  private static final int MAX_LENGTH = 500;
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/=-]+");
  private static final Pattern HEADER = Pattern.compile("(?i:bearer) +(\\S+) *");

  private final byte[] token;

  private BearerToken(byte[] token) {
    this.token = token;
  }

  /// @throws IllegalArgumentException if it is too short to be a secret, or can't stand in a
  ///   header; the message does not hold it
  public static BearerToken of(String text) {
    if (text.length() < MIN_LENGTH || text.length() > MAX_LENGTH || !FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "expected a token of %d to %d letters, digits and ._~+/=-, found %d characters"
              .formatted(MIN_LENGTH, MAX_LENGTH, text.length()));
    }
    return new BearerToken(text.getBytes(UTF_8));
  }

  /// @param header `Authorization` of a request
  public boolean isIn(Optional<String> header) {
    return header
        .map(HEADER::matcher)
        .filter(Matcher::matches)
        .map(matcher -> MessageDigest.isEqual(token, matcher.group(1).getBytes(UTF_8)))
        .orElse(false);
  }

  /// @throws Rejection (401) if a request does not bring it
  public void require(ApiRequest request) {
    if (!isIn(request.header("Authorization"))) {
      throw Rejection.of(
          ProblemKind.UNAUTHORIZED, "expected the token, as Authorization: Bearer TOKEN");
    }
  }
}
