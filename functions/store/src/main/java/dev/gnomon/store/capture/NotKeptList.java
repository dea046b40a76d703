package dev.gnomon.store.capture;

import dev.gnomon.core.shadow.Point;
import dev.gnomon.linux.RawName;
import java.util.ArrayList;
import java.util.List;

/// Paths that a point does not hold: the first thousand by name, the others counted.
public final class NotKeptList {
  private final List<Point.NotKept> named = new ArrayList<>();
  private long count;

  public void add(String rawPath, String reason) {
    count++;
    if (named.size() < Point.MAX_NOT_KEPT) {
      named.add(new Point.NotKept(RawName.display(rawPath), reason));
    }
  }

  public List<Point.NotKept> named() {
    return named;
  }

  public long count() {
    return count;
  }
}
