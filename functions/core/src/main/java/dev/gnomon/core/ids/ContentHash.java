package dev.gnomon.core.ids;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/// Name of some content: its SHA-256, or in an encrypted store an HMAC-SHA-256, so that equal names
/// mean equal content and different ones mean something within one store only. 64 lower-case
/// hexadecimal digits.
public record ContentHash(@JsonValue String value) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  @JsonCreator
  public ContentHash {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "content hash must be 64 hexadecimal digits: '" + value + "'");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
