package dev.gnomon.core.shadow;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.gnomon.core.ids.CellName;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A piece of time that wants one interval shadow in one cell; written `cell/millis/number`.
///
/// @param every length of the slots of this shadow, at least a millisecond
/// @param number slots since 1970
public record IntervalSlot(CellName cell, Duration every, long number) {
  private static final Pattern FORM =
      Pattern.compile("([-a-z0-9]{1,63})/([1-9][0-9]{0,14})/([0-9]{1,15})");

  public IntervalSlot {
    if (every.toMillis() < 1 || number < 0) {
      throw new IllegalArgumentException(
          "a slot is at least 1 ms long and not before 1970: %s, number %d"
              .formatted(every, number));
    }
  }

  /// The slot of a shadow that holds a moment.
  public static IntervalSlot at(CellName cell, Duration every, Instant moment) {
    return new IntervalSlot(cell, every, moment.toEpochMilli() / every.toMillis());
  }

  /// @throws IllegalArgumentException if the text is not `cell/millis/number`
  @JsonCreator
  public static IntervalSlot parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("a slot is written cell/millis/number: '" + text + "'");
    }
    return new IntervalSlot(
        new CellName(form.group(1)),
        Duration.ofMillis(Long.parseLong(form.group(2))),
        Long.parseLong(form.group(3)));
  }

  @Override
  @JsonValue
  public String toString() {
    return cell + "/" + every.toMillis() + "/" + number;
  }
}
