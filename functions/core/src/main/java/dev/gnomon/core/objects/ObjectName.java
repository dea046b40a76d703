package dev.gnomon.core.objects;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/// Name of an object relative to its store's prefix, such as `routes/site/00000000000000000001`.
/// Segments of letters, digits and `._@=+-`, joined by `/`; no empty, `.` or `..` segment; a
/// segment has at most 200 characters (stores that keep objects as files add to them), a name 700.
/// No name may be another name followed by `/`: some S3 servers keep objects as files.
public record ObjectName(@JsonValue String value) implements Comparable<ObjectName> {
  public static final int MAX_LENGTH = 700;
  public static final int MAX_SEGMENT_LENGTH = 200;
  private static final Pattern FORM =
      Pattern.compile(
          "(?!\\.\\.?(/|$))[A-Za-z0-9._@=+-]{1,200}+(/(?!\\.\\.?(/|$))[A-Za-z0-9._@=+-]{1,200}+)*+");

  @JsonCreator
  public ObjectName {
    if (value.length() > MAX_LENGTH || !FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("not a name of an object: '" + value + "'");
    }
  }

  /// Joins segments by `/`.
  public static ObjectName of(String first, Object... more) {
    StringBuilder name = new StringBuilder(first);
    for (Object segment : more) {
      name.append('/').append(segment);
    }
    return new ObjectName(name.toString());
  }

  /// True if a name could begin with this: stores answer a list of any other prefix with nothing
  /// instead of asking a server that refuses it.
  public static boolean canBegin(String prefix) {
    return prefix.isEmpty()
        || (prefix.length() < MAX_LENGTH && FORM.matcher(prefix + "x").matches());
  }

  @Override
  public int compareTo(ObjectName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
