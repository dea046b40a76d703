package dev.gnomon.core.journal;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.ResourceName;
import java.util.List;
import java.util.stream.Collectors;

/// Says that an id alone names no transaction, because several sources have one of it.
public final class SeveralSources {
  /// Sources that are named.
  private static final int MAX_NAMED = 10;

  private SeveralSources() {}

  /// @param found what [Journal#find] gave, more than one
  public static Refusal refusal(ResourceName resource, String id, List<JournalEntry> found) {
    return new Refusal(
        "transaction '%s' is not one: %d sources of the journal of %s have one of this id; name a position: %s%s"
            .formatted(
                id,
                found.size(),
                resource,
                found.stream()
                    .limit(MAX_NAMED)
                    .map(entry ->
                        "position:%d (of '%s', %s)"
                            .formatted(
                                entry.position(),
                                entry.transaction().source(),
                                entry.transaction().time()))
                    .collect(Collectors.joining(", ")),
                found.size() > MAX_NAMED ? ", ..." : ""));
  }
}
