package dev.gnomon.core.retention;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Why a point stays; written as people read it, such as `daily 2026-11-20` or `last 3 of 96`.
///
/// @param detail what the rule says about this point; may be empty
public record Reason(Rule rule, String detail) {

  /// What can keep a point.
  public enum Rule {
    /// The newest point of a resource carries its number on.
    @JsonProperty("newest")
    NEWEST("newest"),
    @JsonProperty("last")
    LAST("last"),
    @JsonProperty("hourly")
    HOURLY("hourly"),
    @JsonProperty("daily")
    DAILY("daily"),
    @JsonProperty("within")
    WITHIN("within"),
    @JsonProperty("tag")
    TAGGED("tag"),
    @JsonProperty("hold")
    HOLD("hold"),
    /// The newest point that a rollback would choose by itself.
    @JsonProperty("lastGood")
    LAST_GOOD("last good"),
    /// An undo point in its time.
    @JsonProperty("undo")
    UNDO("undo"),
    /// A moment of a journal, in the time after it was made.
    @JsonProperty("moment")
    MOMENT("moment"),
    /// A point that was taken because a failure was predicted, in its time.
    @JsonProperty("predicted")
    PREDICTED("predicted"),
    /// A newer point waits for a person's acceptance.
    @JsonProperty("blocked")
    BLOCKED("blocked"),
    /// Something under way stands on it.
    @JsonProperty("pinned")
    PINNED("pinned");

    private final String word;

    Rule(String word) {
      this.word = word;
    }
  }

  @Override
  public String toString() {
    return detail.isEmpty() ? rule.word : rule.word + " " + detail;
  }
}
