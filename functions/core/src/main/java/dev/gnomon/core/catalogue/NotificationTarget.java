package dev.gnomon.core.catalogue;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/// Somebody who is told what happened.
///
/// @param name given once in the catalogue; what was sent to it is remembered under this name
/// @param least notices of a lower severity are not sent to it; one that ends an episode always is
public record NotificationTarget(String name, Channel channel, Severity least) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  public NotificationTarget {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "expected a name of 1 to 63 lower-case letters, digits and inner hyphens, found '%s'"
              .formatted(name));
    }
  }

  /// In which form, and where to.
  public sealed interface Channel {
    /// `{"text": ...}`, which most chat services accept.
    record Text(Secret url) implements Channel {}

    /// An incoming webhook of Slack.
    record Slack(Secret url) implements Channel {}

    /// The Events API v2 of PagerDuty.
    record PagerDuty(Secret routingKey, URI endpoint) implements Channel {}

    /// JSON of a versioned schema.
    ///
    /// @param secret signs it
    record Generic(Secret url, Optional<Secret> secret) implements Channel {}

    /// A CloudEvent over HTTP.
    ///
    /// @param token sent as a bearer token
    record CloudEvent(Secret url, Mode mode, Optional<Secret> token) implements Channel {}
  }

  /// The content mode of a CloudEvent.
  public enum Mode {
    BINARY,
    STRUCTURED
  }
}
