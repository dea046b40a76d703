package dev.gnomon.core.ids;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/// Id of an announced update, chosen by whoever announces it: 1 to 128 letters, digits, '.', '_',
/// '-'.
public record UpdateId(@JsonValue String value) implements Comparable<UpdateId> {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,127})");

  @JsonCreator
  public UpdateId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "update id must be 1-128 letters, digits, '.', '_' or '-', starting with a letter or digit: '"
              + value
              + "'");
    }
  }

  @Override
  public int compareTo(UpdateId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
