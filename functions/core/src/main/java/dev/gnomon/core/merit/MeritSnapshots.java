package dev.gnomon.core.merit;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import java.time.Duration;
import java.util.List;

/// Keeps what trust was lost where a restart of everything, Redis too, does not forget it:
/// `merit/trust/<slot>`, one every [#EVERY] at most; older ones are deleted. Whole trust is not
/// worth keeping.
public final class MeritSnapshots {
  public static final Duration EVERY = Duration.ofMinutes(5);
  private static final String PREFIX = "merit/trust/";
  private static final int KEPT = 2;

  /// Trust that is this close to whole is as good as whole.
  private static final double WHOLE = 0.999;

  private final ObjectStore store;
  private final ControlRecords records;

  /// @param store the control store
  public MeritSnapshots(ObjectStore store, ControlRecords records) {
    this.store = store;
    this.records = records;
  }

  /// `merit/trust/<slot>`.
  public record Snapshot(List<Tracked> tracked) {
    public Snapshot {
      tracked = List.copyOf(tracked);
    }
  }

  /// Keeps what is worth it, once a slot: of several processes one does.
  public void keep(List<Tracked> all) {
    List<Tracked> worn =
        all.stream()
            .filter(one -> one.trusts().values().stream().anyMatch(trust -> trust.value() < WHOLE))
            .toList();
    List<ObjectName> names = records.names(PREFIX);
    if (worn.isEmpty() && names.isEmpty()) {
      return;
    }
    ObjectName slot =
        ObjectName.of(
            "merit",
            "trust",
            "%020d".formatted(records.time().getEpochSecond() / EVERY.toSeconds()));
    if (!names.contains(slot)) {
      records.create(slot, new Snapshot(worn));
    }
    List<ObjectName> old = names.stream().filter(name -> !name.equals(slot)).toList();
    if (old.size() >= KEPT) {
      store.delete(old.subList(0, old.size() - KEPT + 1));
    }
  }

  /// The newest one.
  public List<Tracked> newest() {
    return records.names(PREFIX).reversed().stream()
        .flatMap(name -> records.read(name, Snapshot.class).stream())
        .findFirst()
        .map(Snapshot::tracked)
        .orElse(List.of());
  }
}
