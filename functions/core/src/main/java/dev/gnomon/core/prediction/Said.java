package dev.gnomon.core.prediction;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What was announced last of the present episode of a subject, so that it can be said again in the
/// same words: a process may die between the moment it stored its state and the moment its reply
/// arrived.
///
/// @param number of this word on the episode, from 1
/// @param by what made it known: a model's name, or the episode of whoever saw the failure
/// @param at when it was said, the last time
record Said(int number, String by, Instant at, Words words) {
  private static final int MOST_BYTES = 16 * 1024;
  private static final int MOST_BY = 200;
  private static final int MOST_SENTENCE = 1_000;

  /// A [Foreseen] without its subject, which is known.
  record Words(String episode, Estimate estimate, List<String> evidence, Instant at) {}

  static Said of(int number, String by, Foreseen foreseen) {
    return new Said(
        number,
        cut(by, MOST_BY),
        foreseen.at(),
        bounded(
            new Words(
                foreseen.episode(),
                foreseen.estimate(),
                foreseen.evidence().stream().map(text -> cut(text, MOST_SENTENCE)).toList(),
                foreseen.at())));
  }

  Foreseen foreseen(Subject subject) {
    return new Foreseen(subject, words.episode(), words.estimate(), words.evidence(), words.at());
  }

  boolean by(String other) {
    return by.equals(cut(other, MOST_BY));
  }

  double probability() {
    return words.estimate().probability();
  }

  Said again(Instant now) {
    return new Said(number, by, now, words);
  }

  /// The last sentences give way.
  private static Words bounded(Words words) {
    Words less = words;
    while (bytes(less).length > MOST_BYTES && less.evidence().size() > 1) {
      less =
          new Words(
              less.episode(),
              less.estimate(),
              less.evidence().subList(0, less.evidence().size() - 1),
              less.at());
    }
    return less;
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }

  private static byte[] bytes(Words words) {
    try {
      return Json.MAPPER.writeValueAsBytes(words);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("words have no JSON form: " + e.getOriginalMessage(), e);
    }
  }

  static byte[] state(Optional<Said> said) {
    if (said.isEmpty()) {
      return ByteBuffer.allocate(Integer.BYTES).array();
    }
    Said one = said.get();
    byte[] by = one.by.getBytes(StandardCharsets.UTF_8);
    byte[] words = bytes(one.words);
    return ByteBuffer.allocate(3 * Integer.BYTES + Long.BYTES + by.length + words.length)
        .putInt(one.number)
        .putLong(one.at.toEpochMilli())
        .putInt(by.length)
        .put(by)
        .putInt(words.length)
        .put(words)
        .array();
  }

  /// @throws java.nio.BufferUnderflowException if it ends too early
  /// @throws IllegalArgumentException if it is damaged
  static Optional<Said> read(ByteBuffer in) {
    int number = in.getInt();
    if (number == 0) {
      return Optional.empty();
    }
    Instant at = Instant.ofEpochMilli(in.getLong());
    String by = new String(bytes(in, 4 * MOST_BY), StandardCharsets.UTF_8);
    byte[] words = bytes(in, 2 * MOST_BYTES);
    try {
      return Optional.of(new Said(number, by, at, Json.MAPPER.readValue(words, Words.class)));
    } catch (java.io.IOException e) {
      throw new IllegalArgumentException("words can't be read: " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(ByteBuffer in, int most) {
    int length = in.getInt();
    if (length < 0 || length > most) {
      throw new IllegalArgumentException("expected 0 to %d bytes, got %d".formatted(most, length));
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
