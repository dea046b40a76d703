package dev.gnomon.core.merit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// Merit of one location of one resource.
///
/// @param value in [0,1]; 1 is a location that nothing speaks against
public record Merit(@JsonValue double value) {
  @JsonCreator
  public Merit {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("merit must be in [0,1]: " + value);
    }
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
