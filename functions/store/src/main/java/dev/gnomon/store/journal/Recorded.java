package dev.gnomon.store.journal;

import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.Transaction;
import java.time.Instant;

/// A transaction with its place in a journal.
///
/// @param digest of the transaction as it was submitted; tells a repeat from another use of its id
/// @param upTo no transaction up to this one happened later. A transaction counts as happened when
///   its source says, but not after it was recorded: a clock that is ahead can't hide what follows
/// @param late one before it happened later
record Recorded(
    long position,
    JournalEntry.Kind kind,
    Instant recorded,
    long digest,
    Instant upTo,
    boolean late,
    Transaction transaction) {

  JournalEntry entry() {
    return new JournalEntry(position, transaction, recorded, kind, late);
  }
}
