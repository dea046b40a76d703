package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.letters.LetterLimits;
import dev.gnomon.core.secrets.Secrets;
import dev.gnomon.runtime.settings.DeclaredSettings;
import dev.gnomon.runtime.settings.Setting;
import dev.gnomon.runtime.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Settings of this deployable.
@Singleton
public class ProtectSettings {
  private static final Setting<Duration> GRACE =
      Setting.required(
          "gnomon.protect.gc-grace",
          "how long garbage is condemned before it is deleted, and twice how long a capture may take",
          Setting.duration(Duration.ofSeconds(1), Duration.ofDays(365)));
  private static final Setting<Duration> BUDGET =
      Setting.required(
          "gnomon.protect.step-budget",
          "how long one event is worked on before the rest is handed on as a new event",
          Setting.duration(Duration.ZERO, Duration.ofMinutes(10)));

  /// A part of a capture is one request, and Knative ends a request after 600 s. By default (512
  /// MiB) it fits at 2 MB/s: 537 MB take 268 s, and 537 s if everything has to be sent a second
  /// time. Of a source of 10 TB that makes 19,000 parts, each an event and a record of 100 bytes or
  /// so. A single file is never split: one that is larger is a part by itself.
  private static final Setting<Integer> PART_MIB =
      Setting.required(
          "gnomon.protect.part-mebibytes",
          "largest amount of file content for one part of a capture or a restore, in MiB",
          Setting.integer(1, 1 << 20));

  private static final Setting<Duration> PATIENCE =
      Setting.required(
          "gnomon.protect.patience",
          "how long a step of a rollback that fails on this machine is tried again before the rollback gives up",
          Setting.duration(Duration.ofSeconds(1), Duration.ofDays(7)));
  private static final Setting<Path> CATALOGUE =
      Setting.required("gnomon.protect.catalogue", "file of the catalogue, gnomon.yaml", Path::of);
  private static final Setting<Path> STATE_DIRECTORY =
      Setting.required(
          "gnomon.protect.state-directory",
          "directory of this host that remembers which epochs were applied",
          Path::of);
  private static final Setting<Optional<String>> REDIS_URL =
      Setting.optional(
          "gnomon.protect.redis-url",
          "URL of the route index; without it every route is read from the objects",
          text -> text);
  private static final int MAX_TOKEN = 500;
  private static final Pattern TOKEN =
      Pattern.compile("[A-Za-z0-9._~+/=-]{%d,%d}".formatted(Secrets.KEY_CHARS_AT_LEAST, MAX_TOKEN));
  static final Setting<Optional<Secret>> NOTIFICATION_TOKEN =
      Setting.optional(
          "gnomon.protect.notification-token",
          "what notifications of buckets have to bring as bearer token, or env:NAME or file:PATH where it stands; without it anybody may send them",
          ProtectSettings::token);

  static final Setting<Boolean> TAKES_DEAD_LETTERS =
      Setting.required(
          "gnomon.protect.takes-dead-letters",
          "whether POST /dead-letters, where a broker sends what nobody could handle, is answered here",
          Setting::truth);
  static final Setting<Optional<Secret>> DEAD_LETTER_TOKEN =
      Setting.optional(
          "gnomon.protect.dead-letter-token",
          "what whoever brings dead letters has to bring as bearer token, or env:NAME or file:PATH where it stands; without it anybody may bring them",
          ProtectSettings::token);

  /// Leaves room for the path of a link.
  private static final int MAX_ADDRESS = 500;

  private static final Setting<Optional<URI>> PUBLIC_URL =
      Setting.optional(
          "gnomon.protect.public-url",
          "address under which people reach the API; notices link to it",
          ProtectSettings::address);

  private static final Setting<Boolean> ONLY_WEBHOOKS =
      Setting.required(
          "gnomon.protect.only-webhooks",
          "whether this process takes webhooks and nothing else, for an address that others reach",
          Setting::truth);

  private static final Setting<Boolean> KEEPS_WATCH =
      Setting.required(
          "gnomon.protect.keeps-watch",
          "whether this process makes routes true at its start, looks at merit, keeps replicas in step and judges experiments, beside what events ask of it",
          Setting::truth);

  private static final Setting<Integer> DEAD_LETTERS =
      Setting.required(
          "gnomon.protect.dead-letters",
          "how many dead letters are kept; of more only the number is known",
          Setting.integer(1, 100_000));
  private static final Setting<Integer> DEAD_LETTER_MIB =
      Setting.required(
          "gnomon.protect.dead-letter-mebibytes",
          "what the events of all dead letters may hold together, in MiB",
          Setting.integer(16, 1 << 20));
  private static final Setting<Duration> DEAD_LETTERS_KEPT =
      Setting.required(
          "gnomon.protect.dead-letters-kept",
          "how long a dead letter is remembered after it was replayed or dropped",
          Setting.duration(Duration.ofHours(1), Duration.ofDays(3650)));

  private final Settings settings;

  @Inject
  public ProtectSettings(Settings settings) {
    this.settings = settings;
  }

  Duration grace() {
    return settings.get(GRACE);
  }

  Duration budget() {
    return settings.get(BUDGET);
  }

  Path catalogue() {
    return settings.get(CATALOGUE);
  }

  Path stateDirectory() {
    return settings.get(STATE_DIRECTORY);
  }

  Optional<String> redisUrl() {
    return settings.get(REDIS_URL);
  }

  Optional<Secret> notificationToken() {
    return settings.get(NOTIFICATION_TOKEN);
  }

  boolean takesDeadLetters() {
    return settings.get(TAKES_DEAD_LETTERS);
  }

  Optional<Secret> deadLetterToken() {
    return settings.get(DEAD_LETTER_TOKEN);
  }

  boolean onlyWebhooks() {
    return settings.get(ONLY_WEBHOOKS);
  }

  /// Whether it does anything by itself.
  boolean keepsWatch() {
    return settings.get(KEEPS_WATCH) && !onlyWebhooks();
  }

  Optional<URI> publicUrl() {
    return settings.get(PUBLIC_URL);
  }

  LetterLimits letters() {
    return new LetterLimits(
        settings.get(DEAD_LETTERS),
        settings.get(DEAD_LETTER_MIB) * (1L << 20),
        settings.get(DEAD_LETTERS_KEPT));
  }

  /// A token that stands in the setting itself is checked at once.
  static Secret token(String text) {
    Secret secret = Secret.parse(text);
    if (secret instanceof Secret.Given && !TOKEN.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "expected a token of %d to %d letters, digits and ._~+/=-, found %d characters"
              .formatted(Secrets.KEY_CHARS_AT_LEAST, MAX_TOKEN, text.length()));
    }
    return secret;
  }

  static URI address(String text) {
    if (text.length() > MAX_ADDRESS) {
      throw new IllegalArgumentException(
          "expected at most %d characters, found %d".formatted(MAX_ADDRESS, text.length()));
    }
    if (!text.matches("https?://[^/?#\\s]+[\\x21-\\x7e]*")) {
      throw new IllegalArgumentException(
          "expected an address that begins with http:// or https://");
    }
    return URI.create(text);
  }

  Duration patience() {
    return settings.get(PATIENCE);
  }

  long partBytes() {
    return settings.get(PART_MIB) * (1L << 20);
  }

  /// Declares the settings.
  @Singleton
  static class Declared implements DeclaredSettings {
    @Override
    public List<Setting<?>> settings() {
      return List.of(
          GRACE,
          BUDGET,
          PART_MIB,
          PATIENCE,
          CATALOGUE,
          STATE_DIRECTORY,
          REDIS_URL,
          NOTIFICATION_TOKEN,
          TAKES_DEAD_LETTERS,
          DEAD_LETTER_TOKEN,
          ONLY_WEBHOOKS,
          KEEPS_WATCH,
          PUBLIC_URL,
          DEAD_LETTERS,
          DEAD_LETTER_MIB,
          DEAD_LETTERS_KEPT);
    }
  }
}
