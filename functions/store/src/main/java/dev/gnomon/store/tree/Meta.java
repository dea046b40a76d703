package dev.gnomon.store.tree;

import dev.gnomon.store.files.ExtendedAttributes;
import dev.gnomon.store.files.FileStat;
import java.util.Collections;
import java.util.SortedMap;

/// What a restore brings back of an entry beside its content.
///
/// @param mode permission bits with setuid, setgid and sticky (12 bits)
/// @param mtimeSeconds since 1970, may be negative
/// @param mtimeNanos nanoseconds within the second
/// @param attributes extended attributes by their full name
public record Meta(
    int mode,
    int uid,
    int gid,
    long mtimeSeconds,
    int mtimeNanos,
    SortedMap<String, byte[]> attributes) {
  /// Most bytes of the values of all attributes of an entry.
  public static final int MAX_VALUES_BYTES = ExtendedAttributes.MAX_VALUES_BYTES;

  public Meta {
    attributes =
        attributes.isEmpty()
            ? Collections.emptySortedMap()
            : Collections.unmodifiableSortedMap(attributes);
  }

  public static Meta of(FileStat stat, SortedMap<String, byte[]> attributes) {
    return new Meta(
        stat.mode(),
        stat.uid(),
        stat.gid(),
        stat.mtimeSeconds(),
        stat.mtimeNanoOfSecond(),
        attributes);
  }

  /// Whether an entry has this mode, owner and time; its extended attributes are not looked at.
  public boolean matches(FileStat stat) {
    return mode == stat.mode()
        && uid == stat.uid()
        && gid == stat.gid()
        && mtimeSeconds == stat.mtimeSeconds()
        && mtimeNanos == stat.mtimeNanoOfSecond();
  }

  public boolean sameAs(Meta other) {
    return mode == other.mode
        && uid == other.uid
        && gid == other.gid
        && mtimeSeconds == other.mtimeSeconds
        && mtimeNanos == other.mtimeNanos
        && ExtendedAttributes.same(attributes, other.attributes);
  }
}
