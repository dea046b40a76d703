package dev.gnomon.core.journal;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes announced writes into the journals of a resource, and keeps these short.
public final class ObserveWrites {
  private static final int MAX_NAMED = 5;

  private final Catalogue catalogue;
  private final CellStores stores;

  public ObserveWrites(Catalogue catalogue, CellStores stores) {
    this.catalogue = catalogue;
    this.stores = stores;
  }

  /// Appends to the journal of every transactional shadow. A journal that has not begun begins on
  /// the newest point of its cell that nobody has to look at first, or on nothing if there is none.
  /// The same transactions again change nothing.
  ///
  /// @throws Refusal if the resource has no such shadow, a key is no path, or the id of a
  ///   transaction stands for other writes
  /// @throws Unavailable if a transaction that has to come before is not there yet
  public void observed(ResourceName name, List<Transaction> transactions) {
    Resource resource =
        catalogue.resource(name).orElseThrow(() -> new Refusal("unknown resource '" + name + "'"));
    if (resource.location() instanceof S3Prefix) {
      throw new Refusal(
          "%s is a prefix of a bucket: its journal follows the versions there, nobody announces its writes"
              .formatted(name));
    }
    List<CellName> cells = journaled(resource).stream().map(ShadowSpec::cell).toList();
    if (cells.isEmpty()) {
      throw new Refusal(
          "%s has no shadow of type transactional, so its writes are not journaled"
              .formatted(name));
    }
    transactions.forEach(ObserveWrites::checkKeys);
    List<String> early = new ArrayList<>();
    List<String> contradicting = new ArrayList<>();
    for (CellName cell : cells) {
      Journal journal = stores.journals(cell).of(name);
      begin(cell, name, journal);
      List<Appended> outcomes = journal.append(transactions);
      for (int i = 0; i < outcomes.size(); i++) {
        String id = transactions.get(i).id();
        switch (outcomes.get(i)) {
          case Appended.At at -> {}
          case Appended.Duplicate duplicate -> {}
          case Appended.Early wait -> early.add("'%s' after '%s'".formatted(id, wait.awaited()));
          case Appended.Contradicts there ->
              contradicting.add("'%s' (position %d)".formatted(id, there.position()));
        }
      }
    }
    if (!contradicting.isEmpty()) {
      throw new Refusal(
          "these transactions of %s are in the journal with other writes: %s"
              .formatted(name, some(contradicting)));
    }
    if (!early.isEmpty()) {
      throw new Unavailable(
          "these transactions of %s wait for others: %s".formatted(name, some(early)));
    }
  }

  /// The shadows of a resource that have a journal.
  public static List<ShadowSpec> journaled(Resource resource) {
    return resource.shadows().stream()
        .filter(shadow -> shadow.type() == ShadowType.TRANSACTIONAL)
        .toList();
  }

  /// Seals, folds and deletes what is due.
  public void upkeep(Resource resource) {
    for (ShadowSpec shadow : journaled(resource)) {
      stores.journals(shadow.cell()).upkeep(resource.name()).run(shadow.journal());
    }
  }

  private void begin(CellName cell, ResourceName name, Journal journal) {
    if (journal.hasBegun()) {
      return;
    }
    Optional<Point> newest =
        stores.shadows(cell).points(name).stream()
            .filter(point -> !point.held() && point.kind().isRegular())
            .findFirst();
    try {
      newest.ifPresent(point -> journal.begin(point.id()));
    } catch (Refusal e) {
      if (!journal.hasBegun()) {
        throw e;
      }
      // Somebody else's begin or append came first; what it begins on holds.
    }
  }

  private static void checkKeys(Transaction transaction) {
    for (Write write : transaction.writes()) {
      PathKeys.refusal(write.key())
          .ifPresent(why -> {
            throw new Refusal(
                "transaction '%s' writes a key that the directory can't have: %s"
                    .formatted(transaction.id(), why));
          });
    }
  }

  private static String some(List<String> all) {
    return String.join(", ", all.subList(0, Math.min(MAX_NAMED, all.size())))
        + (all.size() > MAX_NAMED ? ", and %d more".formatted(all.size() - MAX_NAMED) : "");
  }
}
