package dev.gnomon.core.logs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The tokens of a line with what differs from line to line, or may be secret, as `<*>`: tokens
/// with digits (numbers, times, ids, addresses), in quotes, with `@`, paths and URLs, long ones,
/// and what stands behind the name of a secret. Each character is looked at a bounded number of
/// times.
final class Masked {
  static final String ANY = "<*>";
  static final int CHARS_AT_MOST = 2_000;
  static final int TOKENS_AT_MOST = 40;
  private static final int TOKEN_AT_MOST = 24;

  private static final Set<String> SECRETS =
      Set.of(
          "password",
          "passwd",
          "pwd",
          "passphrase",
          "secret",
          "token",
          "apikey",
          "api_key",
          "api-key",
          "key",
          "authorization",
          "bearer",
          "basic",
          "cookie",
          "session",
          "sessionid",
          "credential",
          "credentials");

  private final List<String> tokens = new ArrayList<>();
  private boolean secretFollows;

  private Masked() {}

  /// @return at least one token
  static List<String> of(String line) {
    Masked masked = new Masked();
    masked.read(line.length() > CHARS_AT_MOST ? line.substring(0, CHARS_AT_MOST) : line);
    return masked.tokens.isEmpty() ? List.of(ANY) : List.copyOf(masked.tokens);
  }

  private void read(String line) {
    int at = 0;
    while (at < line.length() && tokens.size() < TOKENS_AT_MOST) {
      char c = line.charAt(at);
      if (isBlank(c)) {
        at++;
      } else if (c == '"' || c == '\'') {
        int end = line.indexOf(c, at + 1);
        // What is cut off in a quote is masked to its end.
        at = end < 0 ? (c == '"' ? line.length() : at + 1) : end + 1;
        add(ANY);
      } else {
        int end = at;
        while (end < line.length() && !isBlank(line.charAt(end)) && line.charAt(end) != '"') {
          end++;
        }
        word(line.substring(at, end));
        at = end;
      }
    }
  }

  private static boolean isBlank(char c) {
    return c <= ' ' || c == 0x7F || Character.isWhitespace(c) || (c >= 0x80 && c < 0xA0);
  }

  private void word(String word) {
    int equals = word.indexOf('=');
    if (equals > 0) {
      String name = word.substring(0, equals);
      add(isVariable(name) ? ANY : name + "=" + ANY);
      secretFollows = equals == word.length() - 1 && isSecret(name);
      return;
    }
    boolean secret = isSecret(word);
    add(isVariable(word) ? ANY : word);
    // "Authorization: Bearer x": the second of two names is masked, and what follows it too.
    secretFollows = secret;
  }

  private void add(String token) {
    String kept = secretFollows ? ANY : token;
    secretFollows = false;
    // A list of values is one, however long.
    if (!kept.equals(ANY) || tokens.isEmpty() || !tokens.getLast().equals(ANY)) {
      tokens.add(kept);
    }
  }

  private static boolean isSecret(String word) {
    int end = word.length();
    while (end > 0 && !Character.isLetterOrDigit(word.charAt(end - 1))) {
      end--;
    }
    int begin = 0;
    while (begin < end && !Character.isLetterOrDigit(word.charAt(begin))) {
      begin++;
    }
    String name = word.substring(begin, end).toLowerCase(Locale.ROOT);
    return SECRETS.contains(name)
        || SECRETS.stream().anyMatch(each -> each.length() > 4 && name.endsWith(each));
  }

  private static boolean isVariable(String word) {
    if (word.length() > TOKEN_AT_MOST) {
      return true;
    }
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (Character.isDigit(c) || c == '@' || c == '/' || c == '\\' || isNoText(c)) {
        return true;
      }
    }
    return word.indexOf(':') > 0 && word.indexOf(':') < word.length() - 1;
  }

  private static boolean isNoText(char c) {
    return c > 0x7E && !Character.isLetter(c);
  }
}
