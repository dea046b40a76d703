package dev.gnomon.runtime;

import static dev.gnomon.runtime.settings.Setting.duration;
import static dev.gnomon.runtime.settings.Setting.integer;
import static dev.gnomon.runtime.settings.Setting.number;
import static dev.gnomon.runtime.settings.Setting.optional;
import static dev.gnomon.runtime.settings.Setting.required;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.tls.Authorities;
import dev.gnomon.runtime.settings.DeclaredSettings;
import dev.gnomon.runtime.settings.Setting;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The settings of this module. Defaults: META-INF/microprofile-config.properties.
@ApplicationScoped
public class RuntimeSettings implements DeclaredSettings {
  /// CloudEvents asks for 64 KiB at least; the server reads no body over 16 MiB.
  public static final Setting<Integer> MAX_BYTES =
      required(
          "gnomon.events.max-bytes",
          "largest event that is taken, in bytes",
          integer(64 * 1024, 16 * 1024 * 1024));

  public static final Setting<Duration> BODY_WITHIN =
      required(
          "gnomon.events.body-within",
          "how long the body of a request may take to come; then it is answered 408 and cut off",
          duration(Duration.ofSeconds(1), Duration.ofMinutes(10)));

  public static final Setting<Integer> MAX_RUNNING =
      required(
          "gnomon.events.max-running",
          "events that run at the same time; more are answered 429",
          integer(1, 100_000));

  public static final Setting<Duration> RETRY_AFTER =
      required(
          "gnomon.events.retry-after",
          "what Retry-After says when the fault does not know better",
          duration(Duration.ofSeconds(1), Duration.ofMinutes(10)));

  public static final Setting<Optional<URI>> SINK =
      optional("gnomon.events.sink", "where further events are sent (K_SINK)", Setting::httpUrl);

  public static final Setting<Optional<Map<String, String>>> OVERRIDES =
      optional(
          "gnomon.events.overrides",
          "extension attributes of all events that are sent (K_CE_OVERRIDES)",
          SinkOverrides::parse);

  static final Setting<Optional<TokenFile>> SINK_TOKEN =
      optional(
          "gnomon.events.sink-token",
          "file with the token that the sink asks for; where there is none events go without",
          path -> new TokenFile(Path.of(path)));

  public static final Setting<Optional<String>> SINK_AUTHORITIES =
      optional(
          "gnomon.events.sink-authorities",
          "certificates in PEM of authorities that the sink's may come from, beside those of"
              + " SSL_CERT_FILE (K_CA_CERTS)",
          RuntimeSettings::certificates);

  public static final Setting<Optional<Path>> SINK_AUTHORITIES_DIRECTORY =
      optional(
          "gnomon.events.sink-authorities-directory",
          "directory with files of such certificates; it need not be there",
          Path::of);

  public static final Setting<Integer> SINK_ATTEMPTS =
      required("gnomon.events.sink-attempts", "attempts to send one event", integer(1, 20));

  public static final Setting<Duration> SINK_TIMEOUT =
      required(
          "gnomon.events.sink-timeout",
          "longest wait for the sink's answer, an attempt",
          duration(Duration.ofMillis(100), Duration.ofMinutes(1)));

  public static final Setting<Duration> SINK_BACKOFF =
      required(
          "gnomon.events.sink-backoff",
          "pause after the first failed attempt; doubles",
          duration(Duration.ofMillis(1), Duration.ofSeconds(10)));

  public static final Setting<Duration> HEALTH_TIMEOUT =
      required(
          "gnomon.health.timeout",
          "longest wait for the dependencies of a readiness check",
          duration(Duration.ofMillis(100), Duration.ofMinutes(1)));

  public static final Setting<Boolean> LOG_JSON =
      required("gnomon.log.json", "log lines as JSON, or plain for people", Setting::truth);

  public static final Setting<Boolean> TRACES_OFF =
      required("gnomon.traces.off", "no spans are recorded or sent", Setting::truth);

  public static final Setting<URI> TRACES_ENDPOINT =
      required(
          "gnomon.traces.endpoint",
          "where spans are sent by OTLP over HTTP, without /v1/traces",
          Setting::httpUrl);

  public static final Setting<Double> TRACES_SHARE =
      required(
          "gnomon.traces.share",
          "share of the traces that begin here that is recorded; others go by their beginner",
          number(0, 1));

  private static final int MAX_TOKENS = 16;

  public static final Setting<Optional<List<Secret>>> READ_TOKENS =
      optional(
          "gnomon.api.read-tokens",
          "where tokens are that may ask the API, env:NAME or file:PATH, up to 16 with commas"
              + " between; without it everybody may who reaches it",
          RuntimeSettings::tokens);

  public static final Setting<Optional<List<Secret>>> WRITE_TOKENS =
      optional(
          "gnomon.api.write-tokens",
          "where tokens are that may change something by the API, and ask it, in the same form",
          RuntimeSettings::tokens);

  public static final Setting<Boolean> API_OPEN =
      required(
          "gnomon.api.open",
          "everybody may ask the API and change by it who reaches an address other than the"
              + " loopback; without it and without tokens such a process does not start",
          Setting::truth);

  private static List<Secret> tokens(String text) {
    List<Secret> tokens =
        Stream.of(text.split(",", -1)).map(String::strip).map(Secret::parse).toList();
    if (tokens.size() > MAX_TOKENS
        || tokens.stream().anyMatch(one -> one instanceof Secret.Given)) {
      throw new IllegalArgumentException(
          "expected up to %d of env:NAME or file:PATH with commas between; a token itself has no place in a setting"
              .formatted(MAX_TOKENS));
    }
    return tokens;
  }

  private static String certificates(String pem) {
    Authorities.JDK.withText("PEM", pem);
    return pem;
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(
        MAX_BYTES,
        BODY_WITHIN,
        MAX_RUNNING,
        RETRY_AFTER,
        SINK,
        OVERRIDES,
        SINK_TOKEN,
        SINK_AUTHORITIES,
        SINK_AUTHORITIES_DIRECTORY,
        SINK_ATTEMPTS,
        SINK_TIMEOUT,
        SINK_BACKOFF,
        HEALTH_TIMEOUT,
        LOG_JSON,
        TRACES_OFF,
        TRACES_ENDPOINT,
        TRACES_SHARE,
        READ_TOKENS,
        WRITE_TOKENS,
        API_OPEN);
  }
}
