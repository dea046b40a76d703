package dev.gnomon.core.journal;

import dev.gnomon.core.ids.PointId;
import java.io.InputStream;
import java.util.List;

/// The journal of one resource in one store. Thread-safe, and safe beside other processes that use
/// the same journal. Faults are ObjectStoreExceptions and [DamagedJournalException]s; what can't be
/// is a Refusal.
public interface Journal {

  /// Begins a journal on the files of a rollback point of the same store; its keys are their paths.
  /// Done again with the same point, it changes nothing. A journal that is begun by its first
  /// transaction stands on nothing.
  ///
  /// @throws dev.gnomon.core.faults.Refusal if it has begun otherwise, or there is no such point
  void begin(PointId base);

  /// Whether anything of it is there. Costs nothing once it is known.
  boolean hasBegun();

  /// Appends transactions, all in their order or, as far as they are refused, not at all. On return
  /// what was appended is durable. Callers at the same time share objects.
  ///
  /// @return one outcome a transaction, in their order
  /// @throws dev.gnomon.core.faults.Refusal if a transaction is too large or names content that is
  ///   not in the store
  List<Appended> append(List<Transaction> transactions);

  /// Takes content too big to bring along. It has to be used by a transaction within half the
  /// store's grace time.
  Content.Stored upload(InputStream content);

  /// Content of a write of this journal.
  InputStream read(Content content);

  JournalStatus status();

  /// Transactions after a position, in their order.
  ///
  /// @param limit at least 1
  List<JournalEntry> entries(long after, int limit);

  /// @throws dev.gnomon.core.faults.Refusal if it is before the oldest base or after the end, or
  ///   there is no such transaction, or several sources have one of that id
  long position(Moment moment);

  /// The newest transaction of an id, of each source that has one, in their order. Ids are unique
  /// in a source only.
  List<JournalEntry> find(String id);
}
