package dev.gnomon.core.replica;

import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Serving.Served;
import java.time.Instant;
import java.util.Optional;

/// One entry of a replica's log. The greatest number says what may be done next.
///
/// @param generation number of the generation the entry is about, from 1
/// @param point the point the generation is made equal to; none for FOLLOWING
/// @param content hash of that point's content
/// @param owner who works on it: a process for BEGUN and FOLLOWING, a rollback for SEALING and
///   SEALED
/// @param place by what the generation is known again; absent in entries of earlier versions
/// @param served SYNCED plain objects only: what the place was left with
public record ReplicaEntry(
    Event event,
    long generation,
    Optional<PointRef> point,
    Optional<ContentHash> content,
    String owner,
    Instant time,
    Optional<Place> place,
    Optional<Served> served) {
  public ReplicaEntry(
      Event event,
      long generation,
      Optional<PointRef> point,
      Optional<ContentHash> content,
      String owner,
      Instant time,
      Optional<Place> place) {
    this(event, generation, point, content, owner, time, place, Optional.empty());
  }

  /// What tells a generation from another directory that stands at its path, such as one below a
  /// mount point. The device is left out: its number changes when a file system is mounted again.
  ///
  /// @param replica identity of the replica's directory, kept in a file in it; of plain objects the
  ///   address of the generation
  /// @param inode of the generation's own directory, which it keeps behind a fence; 0 of objects
  public record Place(String replica, long inode) {}

  /// What happened to the generation.
  public enum Event {
    /// A sync may be writing; the generation holds nothing that can be relied on.
    BEGUN,
    /// The generation is kept in step with the primary, near real time: it is no point.
    FOLLOWING,
    /// The generation equals the point.
    SYNCED,
    /// A rollback makes the generation equal to its point; no sync may write to it any more.
    SEALING,
    /// The generation equals the point and belongs to a route now; nobody syncs into it again.
    SEALED
  }

  /// Whether the entry is about this content.
  boolean isOf(ContentHash wanted) {
    return content.filter(wanted::equals).isPresent();
  }
}
