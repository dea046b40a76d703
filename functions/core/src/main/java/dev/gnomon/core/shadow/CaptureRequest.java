package dev.gnomon.core.shadow;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.places.Place;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What to capture, from where and for what.
///
/// @param job a name for this capture, fit as a segment of an object name; captures with the same
///   job find the same point
/// @param source place to read; may differ from the resource's location (a fenced primary, a
///   replica)
/// @param partBytes largest amount of file content for one part
/// @param readAhead the parts were read at another time than the commit may vouch for: they only
///   store content, and the commit reads for itself what the last point does not know as unchanged
/// @param compression of file content
public record CaptureRequest(
    String job,
    ResourceName resource,
    Place source,
    PointKind kind,
    Optional<UpdateId> updateId,
    List<ResourceName> dependsOn,
    OnChange onChange,
    long partBytes,
    boolean readAhead,
    Compression compression) {
  public static final long DEFAULT_PART_BYTES = 4L << 30;

  public CaptureRequest {
    dependsOn = List.copyOf(dependsOn);
    if (partBytes < 1) {
      throw new IllegalArgumentException("partBytes must be at least 1: " + partBytes);
    }
  }

  public CaptureRequest(
      String job,
      ResourceName resource,
      Path source,
      PointKind kind,
      Optional<UpdateId> updateId,
      List<ResourceName> dependsOn,
      OnChange onChange,
      long partBytes) {
    this(job, resource, Place.of(source), kind, updateId, dependsOn, onChange, partBytes);
  }

  public CaptureRequest(
      String job,
      ResourceName resource,
      Place source,
      PointKind kind,
      Optional<UpdateId> updateId,
      List<ResourceName> dependsOn,
      OnChange onChange,
      long partBytes) {
    this(
        job,
        resource,
        source,
        kind,
        updateId,
        dependsOn,
        onChange,
        partBytes,
        false,
        Compression.ZSTD);
  }

  public CaptureRequest compressedBy(Compression wanted) {
    return new CaptureRequest(
        job, resource, source, kind, updateId, dependsOn, onChange, partBytes, readAhead, wanted);
  }
}
