package dev.gnomon.core.ids;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/// Name of a cell, a failure domain with its own object store: 1 to 63 lower-case letters, digits
/// and inner hyphens.
public record CellName(@JsonValue String value) implements Comparable<CellName> {
  private static final Pattern FORM = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  @JsonCreator
  public CellName {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "cell name must be 1-63 lower-case letters, digits and inner hyphens: '" + value + "'");
    }
  }

  @Override
  public int compareTo(CellName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
