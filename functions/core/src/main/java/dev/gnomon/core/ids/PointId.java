package dev.gnomon.core.ids;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Comparator;

/// Id of a rollback point within one cell's store, written `resource@sequence`, such as `site@7`.
/// Sequence numbers of a resource count from 1 in each store.
public record PointId(ResourceName resource, long sequence) implements Comparable<PointId> {
  private static final Comparator<PointId> ORDER =
      Comparator.comparing(PointId::resource).thenComparingLong(PointId::sequence);

  public PointId {
    if (sequence < 1) {
      throw new IllegalArgumentException("sequence of a point must be at least 1: " + sequence);
    }
  }

  /// @throws IllegalArgumentException if the text is not `resource@sequence`
  @JsonCreator
  public static PointId parse(String text) {
    int at = text.lastIndexOf('@');
    String digits = at < 0 ? "" : text.substring(at + 1);
    if (!digits.matches("[1-9][0-9]{0,17}")) {
      throw new IllegalArgumentException(
          "a point is written resource@number, such as site@7: '" + text + "'");
    }
    return new PointId(new ResourceName(text.substring(0, at)), Long.parseLong(digits));
  }

  public String paddedSequence() {
    return "%020d".formatted(sequence);
  }

  @Override
  public int compareTo(PointId other) {
    return ORDER.compare(this, other);
  }

  @Override
  @JsonValue
  public String toString() {
    return resource + "@" + sequence;
  }
}
