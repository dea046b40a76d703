package dev.gnomon.core.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.faults.Unavailable;
import java.lang.System.Logger.Level;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The keys that somebody may use now, more than one while a new one takes the place of an old one;
/// the first one signs. They are read at each use. A key that can't be used is said once, and once
/// more when it can be again. Thread-safe.
public final class KeyRing {
  private static final System.Logger LOG = System.getLogger(KeyRing.class.getName());
  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +(\\S+) *");

  private final String whose;
  private final List<Secret> keys;
  private final Secrets secrets;
  private final Map<Secret, String> said = new ConcurrentHashMap<>();

  /// @param whose for messages, such as `webhook sender ci`
  /// @param keys at least one
  public KeyRing(String whose, List<Secret> keys, Secrets secrets) {
    this.whose = whose;
    this.keys = List.copyOf(keys);
    this.secrets = secrets;
  }

  /// Signs with the first key that can be used.
  ///
  /// @throws Unavailable if none can
  public Signature sign(byte[]... parts) {
    return Signature.of(usable().getFirst(), parts);
  }

  /// Whether one of the keys made a signature.
  ///
  /// @param parts what was signed, one after the other
  /// @throws Unavailable if no key can be used now
  public boolean signed(Signature signature, byte[]... parts) {
    boolean found = false;
    for (String key : usable()) {
      found |= Signature.of(key, parts).equals(signature);
    }
    return found;
  }

  /// Whether one of the keys is this token. Hashes are compared, so that not even the length of a
  /// key shows.
  ///
  /// @throws Unavailable if no key can be used now
  public boolean has(String token) {
    byte[] given = sha256(token);
    boolean found = false;
    for (String key : usable()) {
      found |= MessageDigest.isEqual(sha256(key), given);
    }
    return found;
  }

  /// Whether one of the keys is the token of `Authorization: Bearer TOKEN`.
  ///
  /// @throws Unavailable if no key can be used now
  public boolean hasBearer(Optional<String> authorization) {
    return authorization
        .map(BEARER::matcher)
        .filter(Matcher::matches)
        .map(matcher -> has(matcher.group(1)))
        .orElse(false);
  }

  /// Whether any key can be used now.
  public boolean canBeUsed() {
    try {
      return !usable().isEmpty();
    } catch (Unavailable e) {
      return false;
    }
  }

  private List<String> usable() {
    List<String> usable = new ArrayList<>();
    for (Secret key : keys) {
      try {
        usable.add(secrets.key(key));
        if (said.remove(key) != null) {
          LOG.log(Level.INFO, "a key of {0} can be used again: {1}", whose, key);
        }
      } catch (Secrets.Unreadable e) {
        String why = String.valueOf(e.getMessage());
        if (!why.equals(said.put(key, why))) {
          LOG.log(Level.WARNING, "a key of {0} can''t be used: {1}", whose, why);
        }
      }
    }
    if (usable.isEmpty()) {
      throw new Unavailable("no key of " + whose + " can be used");
    }
    return usable;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
