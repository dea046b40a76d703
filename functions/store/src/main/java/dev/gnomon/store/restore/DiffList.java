package dev.gnomon.store.restore;

import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.core.shadow.PointDiff;
import dev.gnomon.core.shadow.PointDiff.Change;
import dev.gnomon.core.shadow.PointDiff.Stat;
import dev.gnomon.core.shadow.PointDiff.Sum;
import dev.gnomon.core.shadow.PointDiff.What;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.tree.Entry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Collects the differences of two points: the first thousand listed, all counted.
public final class DiffList {
  private final List<Change> changes = new ArrayList<>();
  private final Map<What, Sum> sums = new EnumMap<>(What.class);
  private long differences;

  /// @param path raw
  /// @param before what was there, in words; empty if nothing was
  public void change(
      String path, What what, String before, String after, long bytesBefore, long bytesAfter) {
    add(new Change(shown(path), what, before, after, bytesBefore, bytesAfter));
  }

  void only(String path, Entry entry, boolean gone) {
    What what = gone ? What.REMOVED : What.ADDED;
    long bytes = bytes(entry);
    add(
        new Change(
            shown(path),
            what,
            gone ? kind(entry) : "",
            gone ? "" : kind(entry),
            gone ? bytes : 0,
            gone ? 0 : bytes));
  }

  void changed(String path, What what, Entry before, Entry after) {
    add(new Change(shown(path), what, kind(before), kind(after), bytes(before), bytes(after)));
  }

  /// Counts everything below a directory without listing it.
  void below(Entry.Totals totals, boolean gone) {
    long entries = totals.leaves() + totals.directories();
    differences += entries;
    sum(
        gone ? What.REMOVED : What.ADDED,
        entries,
        gone ? totals.bytes() : 0,
        gone ? 0 : totals.bytes());
  }

  boolean isFull() {
    return changes.size() >= Comparison.MAX_LISTED;
  }

  public PointDiff diff() {
    List<String> changed =
        changes.stream()
            .filter(change -> change.what() != What.ADDED && change.what() != What.REMOVED)
            .map(Change::path)
            .toList();
    return new PointDiff(
        paths(What.ADDED),
        paths(What.REMOVED),
        changed,
        differences,
        differences > changes.size(),
        changes,
        new Stat(
            of(What.ADDED), of(What.REMOVED), of(What.CONTENT), of(What.METADATA), of(What.KIND)));
  }

  private List<String> paths(What what) {
    return changes.stream().filter(change -> change.what() == what).map(Change::path).toList();
  }

  private void add(Change change) {
    differences++;
    sum(change.what(), 1, change.bytesBefore(), change.bytesAfter());
    if (!isFull()) {
      changes.add(change);
    }
  }

  private void sum(What what, long entries, long before, long after) {
    sums.put(what, of(what).plus(entries, before, after));
  }

  private Sum of(What what) {
    return sums.getOrDefault(what, Sum.NONE);
  }

  private static String shown(String path) {
    return path.isEmpty() ? "." : RawName.display(path);
  }

  private static String kind(Entry entry) {
    return switch (entry) {
      case Entry.FileEntry file -> "file";
      case Entry.DirEntry dir -> "directory";
      case Entry.SymlinkEntry link -> "symbolic link";
      case Entry.HardLinkEntry link -> "hard link";
    };
  }

  private static long bytes(Entry entry) {
    return switch (entry) {
      case Entry.FileEntry file -> file.content().size();
      case Entry.HardLinkEntry link -> link.size();
      case Entry.SymlinkEntry link -> 0;
      case Entry.DirEntry dir -> 0;
    };
  }
}
