package dev.gnomon.protect.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.secrets.Signature;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;

/// Requests as the senders make them.
final class Fixture {
  static final String KEY = "a-key-of-24-characters!!";
  static final String TOKEN = "a.token-of~24_characters";

  /// Some minutes after what the bodies tell of.
  static final Instant NOW = Instant.parse("2026-11-22T06:05:00Z");

  private final TreeMap<String, List<String>> headers = new TreeMap<>();
  private final byte[] body;
  private Instant time = NOW;

  private Fixture(byte[] body) {
    this.body = body;
    with("Content-Type", "application/json");
  }

  static Fixture of(String body) {
    return new Fixture(body.getBytes(UTF_8));
  }

  static Fixture file(String name) {
    return of(text(name));
  }

  static String text(String name) {
    String resource = "/webhooks/" + name;
    try (InputStream in =
        Objects.requireNonNull(Fixture.class.getResourceAsStream(resource), resource)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Signed as GitHub does.
  static Fixture gitHub(String body, String event, String delivery, String key) {
    Fixture made = of(body);
    return made.with("X-GitHub-Event", event)
        .with("X-GitHub-Delivery", delivery)
        .with("X-Hub-Signature-256", "sha256=" + Signature.of(key, made.body).hex());
  }

  /// Signed as a script does.
  static Fixture generic(String body, long seconds, String key) {
    Fixture made = of(body);
    Signature signature = Signature.of(key, (seconds + ".").getBytes(UTF_8), made.body);
    return made.with(GenericSender.TIMESTAMP, Long.toString(seconds))
        .with(GenericSender.SIGNATURE, "v1=" + signature.hex());
  }

  static Fixture bearer(String body, String token) {
    return of(body).with("Authorization", "Bearer " + token);
  }

  /// Adds a value.
  Fixture with(String name, String value) {
    headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), any -> new ArrayList<>()).add(value);
    return this;
  }

  Fixture without(String name) {
    headers.remove(name.toLowerCase(Locale.ROOT));
    return this;
  }

  Fixture instead(String name, String value) {
    return without(name).with(name, value);
  }

  Fixture at(Instant when) {
    time = when;
    return this;
  }

  Hook hook() {
    return new Hook(
        name -> headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()), body, time);
  }
}
