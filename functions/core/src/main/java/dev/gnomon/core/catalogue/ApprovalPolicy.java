package dev.gnomon.core.catalogue;

import java.time.Duration;
import java.util.Optional;

/// How a decision that waits is approved.
///
/// @param expires for how long it may be approved after it was made, at most [#LONGEST]
/// @param key that signs the links in notices; empty: there are no links
public record ApprovalPolicy(Duration expires, Optional<Secret> key) {
  public static final Duration LONGEST = Duration.ofDays(7);

  public static final ApprovalPolicy DEFAULT =
      new ApprovalPolicy(Duration.ofMinutes(15), Optional.empty());

  public ApprovalPolicy {
    if (expires.isNegative() || expires.isZero() || expires.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "decisions.approvals.expires must be above zero and at most %s: %s"
              .formatted(LONGEST, expires));
    }
  }
}
