package dev.gnomon.core.shadow;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/// How one point differs from another of the same store.
///
/// A further name of a hard-linked file is listed when it appears, goes, or names another file; not
/// again when the file itself changed, which its first name tells.
///
/// @param added paths only in the second
/// @param removed paths only in the first
/// @param changed paths in both with other content, kind or metadata
/// @param differences all of them, listed or not
/// @param truncated whether more differences exist than are listed
/// @param changes what changed at each of the listed paths, in the order of a walk
/// @param stat sums over all differences
public record PointDiff(
    List<String> added,
    List<String> removed,
    List<String> changed,
    long differences,
    boolean truncated,
    List<Change> changes,
    Stat stat) {

  public PointDiff {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    changed = List.copyOf(changed);
    changes = List.copyOf(changes);
  }

  /// What happened at a path.
  public enum What {
    @JsonProperty("added")
    ADDED,
    @JsonProperty("removed")
    REMOVED,
    /// Another content; metadata may have changed with it.
    @JsonProperty("content")
    CONTENT,
    /// The same content with another mode, owner, time, attribute or as another name of a file.
    @JsonProperty("metadata")
    METADATA,
    /// Something else: a file where a directory was.
    @JsonProperty("kind")
    KIND
  }

  /// @param before what was there, such as `file`; empty if nothing
  /// @param after what is there now
  /// @param bytesBefore size of the file; 0 for anything else
  public record Change(
      String path, What what, String before, String after, long bytesBefore, long bytesAfter) {}

  /// @param entries paths
  /// @param bytesBefore sizes of the files among them in the first point, once a name
  public record Sum(long entries, long bytesBefore, long bytesAfter) {
    public static final Sum NONE = new Sum(0, 0, 0);

    public Sum plus(long moreEntries, long moreBefore, long moreAfter) {
      return new Sum(entries + moreEntries, bytesBefore + moreBefore, bytesAfter + moreAfter);
    }
  }

  public record Stat(Sum added, Sum removed, Sum content, Sum metadata, Sum kind) {}

  public boolean equal() {
    return differences == 0;
  }
}
