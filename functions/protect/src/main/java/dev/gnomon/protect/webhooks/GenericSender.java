package dev.gnomon.protect.webhooks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.secrets.KeyRing;
import dev.gnomon.core.secrets.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whoever can compute an HMAC, such as a script:
///
/// ```
/// Gnomon-Timestamp: seconds since 1970
/// Gnomon-Signature: v1=HEX of HMAC-SHA256(key, timestamp + "." + body)
/// ```
///
/// The body is a JSON object of any fields for rules; `id` (replay key), `onset` (RFC 3339) and
/// `reason` mean something. Without `id` time and body are the replay key.
///
/// @param tolerance how far the timestamp may be from the time here
record GenericSender(Duration tolerance) implements Sender {
  static final String TIMESTAMP = "Gnomon-Timestamp";
  static final String SIGNATURE = "Gnomon-Signature";
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");
  private static final Pattern SIGNED = Pattern.compile("v1=([0-9a-f]{64})");

  @Override
  public boolean mayBeAuthentic(KeyRing keys, Hook head) {
    return timestamp(head)
        .filter(seconds -> near(Instant.ofEpochSecond(Long.parseLong(seconds)), head.time()))
        .flatMap(near -> signature(head))
        .isPresent();
  }

  @Override
  public boolean isAuthentic(KeyRing keys, Hook hook) {
    return mayBeAuthentic(keys, hook)
        && keys.signed(
            signature(hook).orElseThrow(), signed(timestamp(hook).orElseThrow()), hook.body());
  }

  private static Optional<String> timestamp(Hook hook) {
    return hook.header(TIMESTAMP).filter(seconds -> SECONDS.matcher(seconds).matches());
  }

  private static Optional<Signature> signature(Hook hook) {
    return hook.header(SIGNATURE)
        .map(SIGNED::matcher)
        .filter(Matcher::matches)
        .map(matcher -> Signature.claimed(matcher.group(1)));
  }

  private boolean near(Instant told, Instant here) {
    return Duration.between(told, here).abs().compareTo(tolerance) <= 0;
  }

  private static byte[] signed(String timestamp) {
    return (timestamp + ".").getBytes(US_ASCII);
  }

  @Override
  public Reading read(Hook hook) {
    ObjectNode body = HookJson.object(hook.body());
    Optional<String> id = HookJson.text(body, "id");
    Optional<Instant> onset = HookJson.time(body, "onset");
    String whole = BodyHash.of(signed(hook.header(TIMESTAMP).orElseThrow()), hook.body());
    return new Reading.Trouble(
        List.of(
            new Cause(
                id.orElse(whole),
                id.map(given -> BodyHash.of(hook.body())),
                false,
                body,
                List.of(),
                onset.orElse(hook.time()),
                onset.isPresent(),
                HookJson.text(body, "reason").map(HookJson::shown).orElse("no reason was given"),
                List.of())));
  }
}
