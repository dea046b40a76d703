package dev.gnomon.events;

import java.util.Optional;

/// A person lets a decision be carried out that waits for that.
///
/// @param decision its id, such as `site-d3`
/// @param evidence hash of what it said when the person saw it; it holds for nothing else
/// @param by who, for the record
/// @param beyondLimits whether the limits on what is acted on together don't bind; absent means
///   false
public record DecisionApproved(
    String decision, String evidence, Optional<String> by, Optional<Boolean> beyondLimits)
    implements EventData {
  public static final String TYPE = "dev.gnomon.decision-approved.v1";

  public DecisionApproved {
    Text.required("decision", decision);
    Text.required("evidence", evidence);
    by = Text.optional(by);
    beyondLimits = Text.optional(beyondLimits);
  }

  @Override
  public Optional<String> subject() {
    return Optional.of(decision);
  }

  @Override
  public Optional<String> correlation() {
    return Optional.of(decision);
  }
}
