package dev.gnomon.protect.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Trouble that a request tells of.
///
/// @param delivery replay key, unique for its sender: what has the same one is the same
/// @param content SHA-256 of what has to be the same if the delivery is; empty if it may change
/// @param unsigned whether somebody else could have changed the replay key; then the content is one
///   too
/// @param fields what rules look at
/// @param named paths of fields that a rule has to name to mean it: without that it is too easy for
///   strangers to cause
/// @param told when it began, or when it was noticed
/// @param began whether `told` is when it began
/// @param what a sentence for people
/// @param evidence more sentences
record Cause(
    String delivery,
    Optional<String> content,
    boolean unsigned,
    JsonNode fields,
    List<String> named,
    Instant told,
    boolean began,
    String what,
    List<String> evidence) {
  static final int MAX_DELIVERY_CHARS = 500;

  Cause {
    if (delivery.isBlank() || delivery.length() > MAX_DELIVERY_CHARS) {
      throw HookJson.broken(
          "expected a delivery id of 1 to %d characters".formatted(MAX_DELIVERY_CHARS));
    }
    if (unsigned && content.isEmpty()) {
      throw new IllegalArgumentException("a replay key that is not signed needs the content");
    }
    named = List.copyOf(named);
    evidence = List.copyOf(evidence);
  }

  /// With one more sentence.
  Cause and(String sentence) {
    return new Cause(
        delivery,
        content,
        unsigned,
        fields,
        named,
        told,
        began,
        what,
        Stream.concat(evidence.stream(), Stream.of(sentence)).toList());
  }
}
