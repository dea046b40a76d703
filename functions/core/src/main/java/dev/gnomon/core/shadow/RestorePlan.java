package dev.gnomon.core.shadow;

import java.util.List;

/// What a restore would do, by content: what already matches is not in the plan. Pure and
/// printable.
///
/// @param filesToWrite files and links whose content differs or that are missing
/// @param filesToDelete entries of the target that the point does not have (not counting
///   directories)
/// @param filesPresent entries in the target now (not counting directories)
/// @param filesInPoint entries in the point (not counting directories)
/// @param impossible why the restore can't end with all that the point has, a sentence each, at
///   most 20; empty: nothing is known that stands against it
/// @param examples a few paths of each kind for people, at most 20
public record RestorePlan(
    long filesToWrite,
    long bytesToWrite,
    long filesToDelete,
    long metadataToSet,
    long filesPresent,
    long filesInPoint,
    List<String> impossible,
    List<String> examples,
    List<Part> parts) {
  public RestorePlan {
    impossible = List.copyOf(impossible);
    examples = List.copyOf(examples);
    parts = List.copyOf(parts);
  }

  /// A plan that nothing stands against.
  public RestorePlan(
      long filesToWrite,
      long bytesToWrite,
      long filesToDelete,
      long metadataToSet,
      long filesPresent,
      long filesInPoint,
      List<String> examples,
      List<Part> parts) {
    this(
        filesToWrite,
        bytesToWrite,
        filesToDelete,
        metadataToSet,
        filesPresent,
        filesInPoint,
        List.of(),
        examples,
        parts);
  }

  /// Share of the present files that would be deleted, 0 to 100.
  public double deletePercent() {
    return filesPresent == 0 ? 0 : 100.0 * filesToDelete / filesPresent;
  }
}
