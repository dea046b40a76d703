package dev.gnomon.protect.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.faults.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jboss.logging.Logger;

/// The keys of one sender by their addresses. Files are read for every request, so that keys are
/// exchanged without a restart. No message holds a key.
///
/// @param environment value of an environment variable
public record Keys(
    String sender, List<String> addresses, Function<String, Optional<String>> environment) {
  private static final Logger LOG = Logger.getLogger(Keys.class);
  private static final int MIN_CHARS = 16;
  private static final int MAX_CHARS = 4096;
  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +(\\S+) *");

  /// @throws Unavailable if none can be had now
  public List<byte[]> now() {
    List<byte[]> keys = new ArrayList<>();
    for (String address : addresses) {
      try {
        String text = read(address).strip();
        if (text.length() < MIN_CHARS || text.length() > MAX_CHARS) {
          throw new IOException(
              "expected %d to %d characters, found %d"
                  .formatted(MIN_CHARS, MAX_CHARS, text.length()));
        }
        keys.add(text.getBytes(UTF_8));
      } catch (IOException e) {
        LOG.warnf("a key of webhook sender %s can't be used: %s: %s", sender, address, said(e));
      }
    }
    if (keys.isEmpty()) {
      throw new Unavailable("no key of webhook sender '" + sender + "' can be used");
    }
    return keys;
  }

  private String read(String address) throws IOException {
    if (address.startsWith("env:")) {
      return environment
          .apply(address.substring("env:".length()))
          .orElseThrow(() -> new IOException("the variable is not set"));
    }
    Path file = Path.of(address.substring("file:".length()));
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(4 * MAX_CHARS + 1), UTF_8);
    }
  }

  /// A fault of a file says its path, which the address says already.
  private static String said(IOException e) {
    return e.getClass() == IOException.class
        ? String.valueOf(e.getMessage())
        : e.getClass().getSimpleName();
  }

  /// Whether one of the keys is the token of `Authorization: Bearer TOKEN`.
  static boolean bearer(List<byte[]> keys, Hook hook) {
    return hook.header("Authorization")
        .map(BEARER::matcher)
        .filter(Matcher::matches)
        .map(matcher -> anyIs(keys, matcher.group(1)))
        .orElse(false);
  }

  /// Compares hashes, so that not even the length of a key shows.
  static boolean anyIs(List<byte[]> keys, String token) {
    byte[] given = sha256(token.getBytes(UTF_8));
    boolean found = false;
    for (byte[] key : keys) {
      found |= MessageDigest.isEqual(sha256(key), given);
    }
    return found;
  }

  /// Whether one of the keys made this signature.
  ///
  /// @param parts what was signed, one after the other
  public static boolean anySigned(List<byte[]> keys, byte[] signature, byte[]... parts) {
    boolean found = false;
    for (byte[] key : keys) {
      found |= MessageDigest.isEqual(hmac(key, parts), signature);
    }
    return found;
  }

  /// HMAC-SHA256 (RFC 2104, FIPS 198-1).
  public static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static String hash(byte[]... parts) {
    return HexFormat.of().formatHex(sha256(parts));
  }
}
