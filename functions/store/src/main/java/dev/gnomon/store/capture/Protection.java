package dev.gnomon.store.capture;

import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.store.tree.Entry;
import java.util.List;
import java.util.Optional;

/// Keeps a source that lost its content, such as one that is not mounted, from becoming the truth.
/// Undo and return points are exempt: they record what a rollback is about to replace, and may well
/// be damaged or empty. Moments of a journal are of the past, and somebody goes to them.
record Protection(Optional<Point> measure) {
  private static final int MIN_FILES = 10;

  /// @param points of the resource, newest first
  static Protection of(PointKind kind, List<Point> points) {
    return new Protection(
        isExempt(kind)
            ? Optional.empty()
            : points.stream().filter(p -> !p.held() && !isExempt(p.kind())).findFirst());
  }

  /// Why there must not be a point at all.
  Optional<String> refusal(Entry.Totals totals) {
    boolean empty = totals.leaves() == 0 && totals.directories() == 0;
    return measure
        .filter(last -> empty && last.files() > 0)
        .map(last ->
            "the source is empty, but %s had %d files: is it not mounted?"
                .formatted(last.id(), last.files()));
  }

  /// Whether a person has to look at the point.
  boolean holds(Entry.Totals totals) {
    return measure
        .filter(last -> last.files() >= MIN_FILES)
        .filter(last -> 2 * totals.files() < last.files() || 2 * totals.bytes() < last.bytes())
        .isPresent();
  }

  private static boolean isExempt(PointKind kind) {
    return kind == PointKind.RETURN || !kind.isRegular();
  }
}
