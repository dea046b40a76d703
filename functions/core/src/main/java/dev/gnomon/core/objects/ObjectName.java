package dev.gnomon.core.objects;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// Name of an object relative to its store's prefix, such as `routes/site/00000000000000000001`.
/// Segments of letters, digits and `._@=+-`, joined by `/`; no empty, `.` or `..` segment; a
/// segment has at most 200 characters (stores that keep objects as files add to them), a name 700.
/// No name may be another name followed by `/`: some S3 servers keep objects as files.
public record ObjectName(@JsonValue String value) implements Comparable<ObjectName> {
  public static final int MAX_LENGTH = 700;
  public static final int MAX_SEGMENT_LENGTH = 200;

  @JsonCreator
  public ObjectName {
    if (value.length() > MAX_LENGTH || !isForm(value)) {
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
    return prefix.isEmpty() || (prefix.length() < MAX_LENGTH && isForm(prefix + "x"));
  }

  /// Whether a text can stand between two `/` of a name.
  public static boolean isSegment(String text) {
    return isSegment(text, 0, text.length());
  }

  /// By hand: names are made all the time, and a pattern took a tenth of a busy process.
  private static boolean isForm(String value) {
    int from = 0;
    while (true) {
      int slash = value.indexOf('/', from);
      if (!isSegment(value, from, slash < 0 ? value.length() : slash)) {
        return false;
      }
      if (slash < 0) {
        return true;
      }
      from = slash + 1;
    }
  }

  private static boolean isSegment(String text, int from, int to) {
    int length = to - from;
    if (length < 1 || length > MAX_SEGMENT_LENGTH) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (!isOfNames(text.charAt(i))) {
        return false;
      }
    }
    boolean dots = length <= 2 && text.charAt(from) == '.' && text.charAt(to - 1) == '.';
    return !dots;
  }

  private static boolean isOfNames(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "._@=+-".indexOf(c) >= 0;
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
