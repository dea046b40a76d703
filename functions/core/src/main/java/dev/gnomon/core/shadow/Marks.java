package dev.gnomon.core.shadow;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// What people have said about a point since it was taken: tags, which are names to find it by and
/// which `keep.keepTagged` may keep, and holds, each of which keeps it until it is released.
///
/// @param count how many times anything was said; grows with every change
/// @param tags sorted
/// @param holds in the order in which they were placed, each reason once
/// @param expiring it was decided that the point goes; nothing more can be said about it
public record Marks(long count, SortedSet<String> tags, List<Hold> holds, boolean expiring) {
  public static final Marks NONE = new Marks(0, Collections.emptySortedSet(), List.of(), false);
  public static final int MAX_REASON_LENGTH = 500;
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  public Marks {
    tags = Collections.unmodifiableSortedSet(new TreeSet<>(tags));
    holds = List.copyOf(holds);
  }

  /// @param since when it was placed, by the store's clock
  public record Hold(String reason, Instant since) {}

  @JsonIgnore
  public boolean held() {
    return !holds.isEmpty();
  }

  /// @throws IllegalArgumentException if the text is no tag
  public static String checkedTag(String text) {
    if (!TAG.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a tag is 1 to 63 letters, digits, '.', '_' and '-', beginning with a letter or a digit:"
              + " '%s'".formatted(text));
    }
    return text;
  }

  /// @throws IllegalArgumentException if the text is no reason of a hold
  public static String checkedReason(String text) {
    if (text.isBlank()
        || text.length() > MAX_REASON_LENGTH
        || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "the reason of a hold is one line of 1 to %d characters: '%s'"
              .formatted(MAX_REASON_LENGTH, text));
    }
    return text.strip();
  }
}
