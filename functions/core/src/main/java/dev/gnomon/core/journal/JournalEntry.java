package dev.gnomon.core.journal;

import java.time.Instant;

/// A transaction as it stands in a journal.
///
/// @param position from 1, without gaps
/// @param recorded when it was appended, by the store's clock; never before that of the one before
/// @param late one before it happened later, by the times of their sources
public record JournalEntry(
    long position, Transaction transaction, Instant recorded, Kind kind, boolean late) {

  /// Where a transaction comes from.
  public enum Kind {
    /// Somebody announced it.
    OBSERVED,
    /// What stood in a target and no transaction had announced, kept before an undo wrote over it.
    KEPT,
    /// Written by an undo.
    UNDO
  }
}
