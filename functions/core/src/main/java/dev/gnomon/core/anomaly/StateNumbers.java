package dev.gnomon.core.anomaly;

import java.nio.ByteBuffer;

/// Reads the numbers of a state and refuses those that no scorer can have: a checksum keeps out
/// accidents, not what another version or a stranger wrote. One that were taken in would break a
/// later sample, or every one.
final class StateNumbers {
  private final ByteBuffer in;

  StateNumbers(ByteBuffer in) {
    this.in = in;
  }

  /// @throws IllegalArgumentException if it is not in [least,most], or no number
  double number(String name, double least, double most) {
    return checked(name, in.getDouble(), least, most);
  }

  /// A number of any size that is finite.
  double number(String name) {
    return number(name, -Double.MAX_VALUE, Double.MAX_VALUE);
  }

  float small(String name, double least, double most) {
    return (float) checked(name, in.getFloat(), least, most);
  }

  long whole(String name, long least, long most) {
    long value = in.getLong();
    if (value < least || value > most) {
      throw refused(name, value, least, most);
    }
    return value;
  }

  /// @return in 0..most, at most 127
  byte few(String name, int most) {
    byte value = in.get();
    if (value < 0 || value > most) {
      throw refused(name, value, 0, most);
    }
    return value;
  }

  private static double checked(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw refused(name, value, least, most);
    }
    return value;
  }

  private static IllegalArgumentException refused(
      String name, Object value, Object least, Object most) {
    return new IllegalArgumentException(
        "state with %s %s, expected %s to %s".formatted(name, value, least, most));
  }
}
