package dev.gnomon.core.ids;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// Number of a route of one resource: 1, 2, 3 ... without gaps; it never goes back.
public record Epoch(@JsonValue long value) implements Comparable<Epoch> {
  public static final Epoch FIRST = new Epoch(1);

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Epoch {
    if (value < 1) {
      throw new IllegalArgumentException("epoch must be at least 1: " + value);
    }
  }

  public Epoch next() {
    return new Epoch(Math.addExact(value, 1));
  }

  /// The epoch as it stands in object names: 20 digits, so that names list in order.
  public String padded() {
    return "%020d".formatted(value);
  }

  @Override
  public int compareTo(Epoch other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
