package dev.gnomon.core.shadow;

import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A rollback point: an immutable, consistent state of a resource in one cell's store.
///
/// @param started when its capture began, by the store's clock
/// @param time when its capture ended, by the store's clock: the time of the point
/// @param updateId the update it was taken for
/// @param job name of the capture that made it; the same job makes at most one point
/// @param dependsOn the resources whose points belong to the same consistent cut
/// @param content hash over everything that a restore brings back (names, content, modes, owners,
///   times, links, attributes); two equal trees have equal hashes
/// @param content equal for equal content within one store, and between stores that are not
///   encrypted and cut alike; in others it differs, so different hashes prove nothing across cells
/// @param files regular files, a hard-linked one counted once a name
/// @param bytes sum of the sizes of the regular files
/// @param storedBytes bytes that this capture added to the store
/// @param consistent false if files changed while they were read and the resource allows that
/// @param held true if the capture shrank by more than half against the newest point that is not
///   held, and nobody has accepted it yet (see [Expiry#accept]); undo and return points never are
/// @param notKept paths that could not be kept, with the reason; at most [#MAX_NOT_KEPT], then a
///   count
public record Point(
    PointId id,
    PointKind kind,
    Instant started,
    Instant time,
    Optional<UpdateId> updateId,
    String job,
    List<ResourceName> dependsOn,
    ContentHash content,
    long files,
    long bytes,
    long storedBytes,
    boolean consistent,
    boolean held,
    List<NotKept> notKept,
    long notKeptCount) {
  public static final int MAX_NOT_KEPT = 1000;

  public Point {
    dependsOn = List.copyOf(dependsOn);
    notKept = List.copyOf(notKept);
  }

  /// A path that a point does not hold, and why.
  public record NotKept(String path, String reason) {}
}
