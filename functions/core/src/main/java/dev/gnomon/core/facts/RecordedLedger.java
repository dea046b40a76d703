package dev.gnomon.core.facts;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.objects.ObjectName;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Remembers in the control store what was told, `told/<effect>`, so that a step that runs again
/// tells only what its first run could not tell any more.
public final class RecordedLedger implements Ledger {
  private static final int MAX_REMEMBERED = 10_000;

  private final ControlRecords records;
  private final Consumer<Fact> outside;
  private final Set<ObjectName> remembered = ConcurrentHashMap.newKeySet();

  /// @param outside sends one fact as an event; throws if it was not accepted
  public RecordedLedger(ControlRecords records, Consumer<Fact> outside) {
    this.records = records;
    this.outside = outside;
  }

  record Told(Instant time) {}

  @Override
  public void tell(List<Fact> facts) {
    for (Fact fact : facts) {
      ObjectName marker = ObjectName.of("told", fact.getClass().getSimpleName(), fact.effect());
      if (remembered.contains(marker) || records.exists(marker)) {
        remember(marker);
        continue;
      }
      outside.accept(fact);
      records.create(marker, new Told(records.time()));
      remember(marker);
    }
  }

  @Override
  public void handOut(List<Fact> work) {
    work.forEach(outside);
  }

  private void remember(ObjectName marker) {
    if (remembered.size() >= MAX_REMEMBERED) {
      remembered.clear();
    }
    remembered.add(marker);
  }
}
