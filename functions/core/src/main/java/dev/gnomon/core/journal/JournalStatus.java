package dev.gnomon.core.journal;

import dev.gnomon.core.ids.PointId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What there is of a journal.
///
/// @param begun whether it has anything at all
/// @param newest position of the last transaction; 0 if there is none
/// @param time of the newest moment; empty if there is no transaction
/// @param bases oldest first; any position from the first one on can be restored
/// @param segments sealed ones that are still needed
/// @param openBatches objects that no segment holds yet
/// @param torn what was cut off at the end, for people; empty if nothing was
public record JournalStatus(
    boolean begun,
    long newest,
    Optional<Instant> time,
    List<BaseView> bases,
    int segments,
    int openBatches,
    long openBytes,
    Optional<String> torn) {
  public JournalStatus {
    bases = List.copyOf(bases);
  }

  /// A base: the whole state at a position.
  ///
  /// @param time no transaction up to it happened later
  /// @param from the point that the journal began on
  public record BaseView(
      long position, Instant time, long keys, long bytes, Optional<PointId> from) {}
}
