package dev.gnomon.core.rollback;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Since when open rollbacks got no further, by the records of their steps: what a person is woken
/// for. Reads only.
public final class IdleRollbacks {
  private static final int PAGE = 1000;

  private final ObjectStore store;
  private final ControlRecords records;
  private final OpenWork openWork;

  /// @param store of the control cell
  public IdleRollbacks(ObjectStore store, ControlRecords records, OpenWork openWork) {
    this.store = store;
    this.records = records;
    this.openWork = openWork;
  }

  /// The longest of each resource with an open rollback, by the clock of the store. One that serves
  /// from the shadow and waits for its return on purpose is not idle.
  public Map<ResourceName, Duration> now() {
    Instant now = records.time();
    Map<ResourceName, Duration> idle = new HashMap<>();
    for (String id : openWork.open(OpenWork.Kind.ROLLBACKS)) {
      Optional<RollbackRecords> rollback =
          RollbackRecords.of(records, id)
              .filter(at -> at.has("intent") && !at.has("done") && !waits(at));
      rollback
          .flatMap(this::newestStep)
          .ifPresent(step ->
              idle.merge(
                  rollback.get().resource(),
                  step.isAfter(now) ? Duration.ZERO : Duration.between(step, now),
                  (one, other) -> one.compareTo(other) > 0 ? one : other));
    }
    return idle;
  }

  /// Resources that only a person returns to their old primary, and that nobody has returned yet.
  public Set<ResourceName> awaitPerson() {
    return openWork.open(OpenWork.Kind.ROLLBACKS).stream()
        .flatMap(id -> RollbackRecords.of(records, id).stream())
        .filter(at -> waits(at) && !at.has("done"))
        .filter(at ->
            at.read("return-waits", Steps.WaitStep.class)
                .filter(Steps.WaitStep::person)
                .isPresent())
        .map(RollbackRecords::resource)
        .collect(Collectors.toSet());
  }

  private static boolean waits(RollbackRecords at) {
    return at.has("return-waits") && !at.has("return-ordered") && !at.has("freezing");
  }

  private Optional<Instant> newestStep(RollbackRecords at) {
    String prefix = at.name("intent").value();
    prefix = prefix.substring(0, prefix.length() - "intent".length());
    Instant newest = Instant.MIN;
    Optional<ObjectName> after = Optional.empty();
    do {
      ObjectPage page = store.list(prefix, after, PAGE);
      for (ObjectStat step : page.objects()) {
        newest = step.modified().isAfter(newest) ? step.modified() : newest;
      }
      after = page.next();
    } while (after.isPresent());
    return newest.equals(Instant.MIN) ? Optional.empty() : Optional.of(newest);
  }
}
