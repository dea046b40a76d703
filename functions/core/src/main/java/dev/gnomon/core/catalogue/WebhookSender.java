package dev.gnomon.core.catalogue;

import dev.gnomon.core.ids.ResourceName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A machine whose webhooks may ask for rollbacks. What it asks for is a cause for automation,
/// never a command.
///
/// @param name part of its address, `/hooks/<name>`
/// @param keys the keys or tokens that it may use now; more than one while a new one takes the
///   place of an old one
/// @param tolerance of a [Kind#GENERIC] one: how far the time of a request may be from the time
///   here
/// @param perMinute authentic requests that one process takes in a minute
/// @param maxAge trouble that began longer ago is not acted on
/// @param rules which resource a request means
public record WebhookSender(
    String name,
    Kind kind,
    List<Secret> keys,
    Duration tolerance,
    int perMinute,
    Duration maxAge,
    List<Rule> rules) {
  public static final Duration DEFAULT_TOLERANCE = Duration.ofMinutes(5);
  public static final Duration MAX_TOLERANCE = Duration.ofHours(1);
  public static final int DEFAULT_PER_MINUTE = 60;
  public static final Duration DEFAULT_MAX_AGE = Duration.ofDays(1);

  public WebhookSender {
    keys = List.copyOf(keys);
    rules = List.copyOf(rules);
  }

  /// What sends, which decides how it says who it is.
  public enum Kind {
    /// HMAC-SHA256 over time and body.
    GENERIC,
    /// `X-Hub-Signature-256` over the body.
    GITHUB,
    /// Bearer token.
    ALERTMANAGER,
    /// Bearer token.
    ARGO_ROLLOUTS,
    /// Token in the metadata of the body.
    FLAGGER
  }

  /// A request whose fields all have one of the given values means the resource.
  ///
  /// @param match path of a field, such as `labels.service`, and the values it may have
  /// @param lookback how long before the time that the request tells the trouble may have begun;
  ///   empty: no time if it tells when the trouble began, [#DEFAULT_LOOKBACK] if only when somebody
  ///   noticed it
  public record Rule(
      Map<String, Set<String>> match, ResourceName resource, Optional<Duration> lookback) {
    /// As long as a canary or a deployment that fails usually runs.
    public static final Duration DEFAULT_LOOKBACK = Duration.ofMinutes(10);

    public Rule {
      match = Map.copyOf(match);
    }
  }
}
