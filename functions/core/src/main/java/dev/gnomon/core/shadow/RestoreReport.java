package dev.gnomon.core.shadow;

import java.util.List;

/// What a restore of one part did.
///
/// @param movedAside paths that could not be read and were moved aside, never overwritten; each
///   with where it is now
public record RestoreReport(
    long filesWritten,
    long bytesWritten,
    long filesDeleted,
    long metadataSet,
    List<String> movedAside) {
  public static final RestoreReport NOTHING = new RestoreReport(0, 0, 0, 0, List.of());

  public RestoreReport {
    movedAside = List.copyOf(movedAside);
  }

  public RestoreReport plus(RestoreReport other) {
    java.util.ArrayList<String> aside = new java.util.ArrayList<>(movedAside);
    aside.addAll(other.movedAside);
    return new RestoreReport(
        filesWritten + other.filesWritten,
        bytesWritten + other.bytesWritten,
        filesDeleted + other.filesDeleted,
        metadataSet + other.metadataSet,
        aside);
  }
}
