package dev.gnomon.filesystem.watch;

import dev.gnomon.core.replica.Change;
import dev.gnomon.filesystem.watch.WatchedTree.Node;
import dev.gnomon.linux.RawName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What changed and was not taken yet. Bounded: of a directory with very many changed names only
/// that is remembered, and beyond [#MAX_NAMES] only that something changed. For one thread.
final class PendingChanges {
  static final int MAX_NAMES = 100_000;
  private static final int MAX_NAMES_OF_ONE = 5_000;

  private final Map<Node, OfDirectory> directories = new LinkedHashMap<>();
  private int names;

  /// @param movedFrom raw path, when it was moved
  private record Mark(boolean below, Optional<String> movedFrom) {}

  private static final class OfDirectory {
    final Map<String, Mark> names = new HashMap<>();
    boolean all;
  }

  boolean isEmpty() {
    return directories.isEmpty();
  }

  /// @param below whether everything below the entry may have changed too
  /// @return false if it is too much
  boolean add(Node directory, String name, boolean below, Optional<String> movedFrom) {
    OfDirectory of = directories.computeIfAbsent(directory, key -> new OfDirectory());
    if (of.all) {
      return true;
    }
    Mark before = of.names.get(name);
    Mark mark =
        before == null
            ? new Mark(below, movedFrom)
            : new Mark(
                before.below() || below, movedFrom.isPresent() ? movedFrom : before.movedFrom());
    of.names.put(name, mark);
    names += before == null ? 1 : 0;
    if (of.names.size() > MAX_NAMES_OF_ONE) {
      names -= of.names.size();
      of.names.clear();
      of.all = true;
    }
    return names + directories.size() <= MAX_NAMES;
  }

  /// Everything, with the paths as they are now.
  List<Change> take() {
    List<Change> changes = new ArrayList<>(names);
    directories.forEach((directory, of) -> {
      String path = directory.path();
      if (of.all) {
        changes.add(Change.below(path));
      }
      of.names.forEach((name, mark) ->
          changes.add(
              new Change(
                  name.isEmpty() ? path : RawName.join(path, name),
                  mark.below(),
                  mark.movedFrom())));
    });
    clear();
    return changes;
  }

  void clear() {
    directories.clear();
    names = 0;
  }
}
