package dev.gnomon.core.shadow;

import java.util.List;

/// How a directory differs from a point, or a point from another.
///
/// @param added paths only in the second
/// @param removed paths only in the first
/// @param changed paths in both with other content, kind or metadata
/// @param truncated whether more differences exist than are listed
public record Comparison(
    List<String> added,
    List<String> removed,
    List<String> changed,
    long differences,
    boolean truncated) {
  public static final int MAX_LISTED = 1000;

  public Comparison {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    changed = List.copyOf(changed);
  }

  public boolean equal() {
    return differences == 0;
  }
}
