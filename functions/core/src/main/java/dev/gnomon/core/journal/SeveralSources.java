package dev.gnomon.core.journal;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

  /// The same of a resource with several journals, in each of which a position may be another
  /// transaction.
  ///
  /// @param found what [Journal#find] gave in each cell
  /// @return empty if all are of one source
  public static Optional<String> inCells(
      ResourceName resource, String id, Map<CellName, List<JournalEntry>> found) {
    Map<String, String> bySource = new TreeMap<>();
    found.forEach((cell, entries) ->
        entries.forEach(entry ->
            bySource.putIfAbsent(
                entry.transaction().source(),
                "of '%s' at %s (in cell %s)"
                    .formatted(entry.transaction().source(), entry.transaction().time(), cell))));
    return bySource.size() < 2
        ? Optional.empty()
        : Optional.of(
            "transaction '%s' is not one: %d sources of the journals of %s have one of this id; name a time: %s%s"
                .formatted(
                    id,
                    bySource.size(),
                    resource,
                    bySource.values().stream().limit(MAX_NAMED).collect(Collectors.joining(", ")),
                    bySource.size() > MAX_NAMED ? ", ..." : ""));
  }
}
