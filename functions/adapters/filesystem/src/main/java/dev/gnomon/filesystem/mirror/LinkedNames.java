package dev.gnomon.filesystem.mirror;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// Files of the source with several names: the names that were seen, and which inode of the replica
/// holds the content. A name may be out of date; whoever uses one looks first. For one thread.
final class LinkedNames {
  private final Map<Long, Group> groups = new HashMap<>();
  private final Map<Long, Long> owners = new HashMap<>();

  /// How many names files had when the comparison of everything before this one met them.
  private final Map<Long, Integer> before = new HashMap<>();

  private static final class Group {
    final Set<String> names = new LinkedHashSet<>();

    /// How many names it had when all of those in the tree were known; 0 if that was never so.
    int links;

    /// How many names it had when a comparison of everything met it last.
    int met;

    OptionalLong target = OptionalLong.empty();
  }

  /// A comparison of everything begins: it meets every name again.
  void clear() {
    before.clear();
    groups.forEach((source, group) -> before.put(source, group.met));
    groups.clear();
    owners.clear();
  }

  /// A comparison of everything met a name.
  ///
  /// @param links how many names the file has, also outside of the tree
  /// @param settled whether it had them before the comparison began, so that it meets all of those
  ///   in the tree; a name that is made meanwhile may make one of a file that was passed already.
  ///   One that is written all the time never seems so: it counts as settled if the comparison
  ///   before met it with as many names
  void met(long source, String path, int links, boolean settled) {
    Group group = groups.computeIfAbsent(source, key -> new Group());
    group.names.add(path);
    group.met = links;
    group.links = settled || before.getOrDefault(source, 0) == links ? links : 0;
  }

  /// A name was told.
  ///
  /// @param links how many names the file has, also outside of the tree
  /// @return false if a name in the tree may not be known
  boolean add(long source, String path, int links) {
    Group group = groups.computeIfAbsent(source, key -> new Group());
    group.names.add(path);
    return links <= group.names.size() || links == group.links;
  }

  /// The file has one name now.
  void forget(long source) {
    Group group = groups.remove(source);
    if (group != null && group.target.isPresent()) {
      owners.remove(group.target.getAsLong(), source);
    }
  }

  /// Other names of a file.
  List<String> others(long source, String path) {
    Group group = groups.get(source);
    List<String> others = group == null ? new ArrayList<>() : new ArrayList<>(group.names);
    others.remove(path);
    return others;
  }

  /// Other names of the file that an inode of the replica belongs to.
  List<String> othersOfCopy(long target, String path) {
    Long source = owners.get(target);
    return source == null ? List.of() : others(source, path);
  }

  /// The inode of the replica that belongs to a file of the source.
  OptionalLong target(long source) {
    Group group = groups.get(source);
    return group == null ? OptionalLong.empty() : group.target;
  }

  /// Whether an inode of the replica belongs to another file.
  boolean isOfAnother(long target, long source) {
    Long owner = owners.get(target);
    return owner != null && owner != source;
  }

  void claim(long source, long target) {
    Long before = owners.put(target, source);
    if (before != null && before != source) {
      Group other = groups.get(before);
      if (other != null) {
        other.target = OptionalLong.empty();
      }
    }
    groups.computeIfAbsent(source, key -> new Group()).target = OptionalLong.of(target);
  }
}
