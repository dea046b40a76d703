package dev.gnomon.core.shadow;

import dev.gnomon.core.ids.PointId;

/// Brings points back. Thread-safe. A restore killed at any moment and run again ends the same.
///
/// Every method throws [DamagedPointException] if the point can't be read as it was stored, and
/// java.io.UncheckedIOException with the path if the target can't be read or written.
public interface Restorer {

  /// What a restore would do. Compares content, so it reads the target.
  RestorePlan plan(RestoreRequest request, Progress progress);

  /// Carries out one part: writes what differs (next to its place, then renamed), removes what the
  /// point does not have, sets metadata. Never follows a symbolic link out of the target.
  RestoreReport restorePart(RestoreRequest request, Part part, Progress progress);

  /// After all parts: directory times and modes, which restoring their content changed.
  ///
  /// @throws IncompleteRestoreException if this process may not set all owners and attributes, or
  ///   would destroy some that no point can keep
  RestoreReport finish(RestoreRequest request);

  /// Reads every chunk that the point needs and checks it against its hash.
  ///
  /// @throws DamagedPointException naming the first damaged object
  void verify(PointId point, Progress progress);
}
