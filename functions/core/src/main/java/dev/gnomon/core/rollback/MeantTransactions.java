package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.SeveralSources;
import dev.gnomon.core.rollback.ChooseMoment.Wanted.Transaction;
import dev.gnomon.core.shadow.CellStores;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Asks the journals of a resource which transaction a person means. An id is unique in its source
/// only, so it means something only if all journals were asked.
record MeantTransactions(CellStores stores) {
  /// What they answered.
  sealed interface Meant {
    /// @param byCell the transaction in each journal: none if it does not have it (yet)
    record Known(Map<CellName, List<JournalEntry>> byCell) implements Meant {
      /// How to name it to the journal of a cell. An id is looked for once: a position is found at
      /// once. A journal that has yet to be brought up to date may have it then.
      Transaction in(CellName cell, Transaction transaction) {
        List<JournalEntry> found = byCell.getOrDefault(cell, List.of());
        return transaction instanceof Transaction.Named && !found.isEmpty()
            ? new Transaction.At(found.getFirst().position())
            : transaction;
      }
    }

    /// @param why a clause for people
    record Unknown(String why) implements Meant {}
  }

  Meant of(Resource resource, Transaction transaction) {
    List<CellName> cells = ChooseMoment.cells(resource);
    if (transaction instanceof Transaction.At && cells.size() > 1) {
      return new Meant.Unknown(
          "%s has journals of their own in cells %s, and a position may be another transaction in each: name a transaction or a time"
              .formatted(resource.name(), cells));
    }
    Map<CellName, List<JournalEntry>> byCell = new LinkedHashMap<>();
    for (CellName cell : cells) {
      try {
        byCell.put(cell, asked(resource, cell, transaction));
      } catch (Refusal | DamagedJournalException | Busy e) {
        if (cells.size() > 1) {
          return new Meant.Unknown(
              "the journal of %s in cell %s can't be asked which transaction of that id it has: %s. Name a time, or a point"
                  .formatted(resource.name(), cell, e.getMessage()));
        }
        byCell.put(cell, List.of()); // what makes a moment of it meets the same, and says so
      }
    }
    return transaction instanceof Transaction.Named(String id)
        ? severalSources(resource, id, byCell)
            .<Meant>map(Meant.Unknown::new)
            .orElseGet(() -> new Meant.Known(byCell))
        : new Meant.Known(byCell);
  }

  /// Several if more than one source has one of that id.
  private List<JournalEntry> asked(Resource resource, CellName cell, Transaction transaction) {
    Journal journal = stores.journals(cell).of(resource.name());
    return switch (transaction) {
      case Transaction.Named named -> journal.find(named.id());
      case Transaction.At at ->
          journal.entries(Math.max(0, at.position() - 1), 1).stream()
              .filter(entry -> entry.position() == at.position()) // older ones may be gone
              .toList();
    };
  }

  /// Why an id names no transaction; one journal's positions do, those of several don't.
  private static Optional<String> severalSources(
      Resource resource, String id, Map<CellName, List<JournalEntry>> byCell) {
    if (byCell.size() > 1) {
      return SeveralSources.inCells(resource.name(), id, byCell);
    }
    return byCell.values().stream()
        .filter(found -> found.size() > 1)
        .map(found ->
            String.valueOf(SeveralSources.refusal(resource.name(), id, found).getMessage()))
        .findFirst();
  }
}
