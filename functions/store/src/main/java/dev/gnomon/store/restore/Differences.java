package dev.gnomon.store.restore;

import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.linux.RawName;
import java.util.ArrayList;
import java.util.List;

/// Collects differences: the first thousand paths named, the others counted.
public final class Differences {
  private final List<String> added = new ArrayList<>();
  private final List<String> removed = new ArrayList<>();
  private final List<String> changed = new ArrayList<>();
  private long count;

  public void added(String path) {
    add(added, path);
  }

  public void removed(String path) {
    add(removed, path);
  }

  public void changed(String path) {
    add(changed, path);
  }

  public Comparison comparison() {
    return new Comparison(
        added, removed, changed, count, count > added.size() + removed.size() + changed.size());
  }

  private void add(List<String> list, String path) {
    count++;
    if (added.size() + removed.size() + changed.size() < Comparison.MAX_LISTED) {
      list.add(path.isEmpty() ? "." : RawName.display(path));
    }
  }
}
