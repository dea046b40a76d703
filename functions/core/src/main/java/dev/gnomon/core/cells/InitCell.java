package dev.gnomon.core.cells;

import dev.gnomon.core.cells.CapabilityProbe.Capability;
import dev.gnomon.core.cells.CellPlace.Lifecycle;
import dev.gnomon.core.cells.CellPlace.LifecycleRule;
import dev.gnomon.core.cells.CellPlace.Versions;
import dev.gnomon.core.cells.Finding.State;
import dev.gnomon.core.control.CellProbe;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.objects.AtomicityProbe.Report;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Makes a cell ready, and says what it found. A second run changes nothing: what was tried once is
/// a record in the cell. Nothing that somebody else set up is changed.
///
/// Nothing rests on versions or on what a server deletes by itself: they keep what a stolen
/// credential could destroy, and take away what killed uploads leave.
public final class InitCell {
  static final int ABANDONED_DAYS = 7;
  static final int OLD_VERSION_DAYS = 30;
  static final LifecycleRule WANTED =
      new LifecycleRule(Optional.of(ABANDONED_DAYS), Optional.of(OLD_VERSION_DAYS));
  private static final ObjectName CAPABILITIES = new ObjectName("cell/capabilities");
  private static final ObjectName IDENTITY = new ObjectName("cell/identity");

  private final CellPlace place;
  private final Supplier<ObjectStore> opening;
  private final Clock clock;
  private final Supplier<String> ids;
  private final boolean adopt;
  private final boolean dry;
  private final List<Finding> findings = new ArrayList<>();

  /// @param opening opens the store in that place once it is there; parts of large puts should be
  ///   as small as the server takes them
  /// @param adopt whether a place with objects of others may become a cell
  /// @param dry whether to change nothing
  public InitCell(
      CellPlace place,
      Supplier<ObjectStore> opening,
      Clock clock,
      Supplier<String> ids,
      boolean adopt,
      boolean dry) {
    this.place = place;
    this.opening = opening;
    this.clock = clock;
    this.ids = ids;
    this.adopt = adopt;
    this.dry = dry;
  }

  /// What was tried in a cell, and that it could all of it.
  record Capabilities(List<String> tried) {
    Capabilities {
      tried = List.copyOf(tried);
    }
  }

  /// @return what was found, in the order in which it was looked at; it ends behind what FAILED
  public List<Finding> run() {
    findings.clear();
    try {
      if (bucket()) {
        ObjectStore store = opening.get();
        if (isOurs(store)) {
          ControlRecords records = new ControlRecords(store, ids);
          atomic(store, records);
          capabilities(store, records);
          versions(lifecycle());
        }
      }
    } catch (Refusal | ObjectStoreException e) {
      add(findings.isEmpty() ? "place" : "fault", State.FAILED, String.valueOf(e.getMessage()));
    }
    return List.copyOf(findings);
  }

  private void add(String what, State state, String said) {
    findings.add(new Finding(what, state, said));
  }

  /// @return whether it is there now
  private boolean bucket() {
    if (place.isThere()) {
      add("place", State.SAME, "it is there");
      return true;
    }
    if (dry) {
      add("place", State.WOULD, "would be made; what its server can is tried then");
      return false;
    }
    boolean made = place.make();
    add("place", made ? State.DONE : State.SAME, made ? "was made" : "it is there");
    return true;
  }

  private boolean isOurs(ObjectStore store) {
    if (store.stat(CellProbe.NAME).isPresent() || store.stat(IDENTITY).isPresent()) {
      return true;
    }
    Optional<String> stranger =
        store.list("", Optional.empty(), 1).objects().stream()
            .map(ObjectStat::name)
            .map(ObjectName::value)
            .filter(name -> !name.startsWith("cell/"))
            .findFirst();
    if (stranger.isEmpty() || adopt) {
      return true;
    }
    add(
        "content",
        State.FAILED,
        "it holds objects that are no cell's, such as '%s': name an empty prefix, or say --adopt"
            .formatted(stranger.get()));
    return false;
  }

  private void atomic(ObjectStore store, ControlRecords records) {
    Optional<Report> known = CellProbe.known(records);
    if (known.isEmpty() && dry) {
      add("atomic create", State.WOULD, "would be tried by racing writers");
      return;
    }
    Report report = known.orElseGet(() -> CellProbe.require(store, ids));
    add(
        "atomic create",
        known.isPresent() ? State.SAME : State.DONE,
        "%d races of %d writers, one winner each%s"
            .formatted(
                report.conclusive(),
                report.writers(),
                report.reservation().map(but -> "; but " + but).orElse("")));
  }

  private void capabilities(ObjectStore store, ControlRecords records) {
    Optional<Capabilities> known = records.read(CAPABILITIES, Capabilities.class);
    if (known.isPresent()) {
      known.get().tried().forEach(what -> add(what, State.SAME, "tried before"));
      return;
    }
    if (dry) {
      add("capabilities", State.WOULD, "would be tried");
      return;
    }
    List<Capability> tried = new CapabilityProbe(store, clock, ids).probe();
    for (Capability one : tried) {
      add(
          one.what(),
          one.reason().isPresent() ? State.FAILED : State.DONE,
          one.reason().orElse("tried"));
    }
    if (tried.stream().noneMatch(one -> one.reason().isPresent())) {
      records.create(CAPABILITIES, new Capabilities(tried.stream().map(Capability::what).toList()));
    }
  }

  /// @return the rules that stand in the end; empty if there can be none
  private Optional<Lifecycle> lifecycle() {
    Optional<Lifecycle> standing = place.lifecycle();
    if (standing.isEmpty()) {
      add(
          "lifecycle",
          State.NOT_OFFERED,
          "the server does not offer it: parts that killed uploads leave stay");
      return standing;
    }
    Lifecycle rules = standing.get();
    if (rules.ours().isPresent()) {
      add("lifecycle", State.SAME, words(rules.ours().get()));
    } else if (rules.others() > 0 && !rules.all()) {
      add(
          "lifecycle",
          State.LEFT,
          "%d rules of others stand and are not changed: add one that takes unfinished uploads away after %d days"
              .formatted(rules.others(), ABANDONED_DAYS));
    } else if (dry) {
      add("lifecycle", State.WOULD, words(WANTED));
    } else {
      return set();
    }
    return standing;
  }

  private Optional<Lifecycle> set() {
    try {
      place.setLifecycle(WANTED);
    } catch (ObjectStoreException e) {
      if (e.kind() != ObjectStoreException.Kind.PERMANENT) {
        throw e;
      }
      add("lifecycle", State.NOT_OFFERED, "the server does not take it: " + e.getMessage());
      return Optional.empty();
    }
    Optional<Lifecycle> kept = place.lifecycle();
    Optional<LifecycleRule> ours = kept.flatMap(Lifecycle::ours);
    if (ours.isPresent()) {
      add("lifecycle", State.DONE, words(ours.get()));
    } else {
      add("lifecycle", State.NOT_OFFERED, "the server took it and does not give it back");
    }
    return kept;
  }

  private static String words(LifecycleRule rule) {
    String abandoned =
        rule.abandonedDays()
            .map(days -> "unfinished uploads go after %d days".formatted(days))
            .orElse("the server keeps no rule for unfinished uploads");
    return abandoned
        + rule.oldVersionDays()
            .map(days -> ", old versions after %d days".formatted(days))
            .orElse(", none for old versions");
  }

  /// Without a rule that takes them away, old versions would fill the bucket.
  private void versions(Optional<Lifecycle> lifecycle) {
    Optional<Versions> standing = place.versions();
    if (standing.isEmpty()) {
      add("versions", State.NOT_OFFERED, "the server does not offer it; nothing rests on it");
      return;
    }
    boolean expire =
        dry
            || lifecycle
                .flatMap(Lifecycle::ours)
                .flatMap(LifecycleRule::oldVersionDays)
                .isPresent();
    switch (standing.get()) {
      case ON -> add("versions", State.SAME, "old versions are kept");
      case SUSPENDED -> add("versions", State.LEFT, "somebody has suspended them: left as it is");
      case OFF -> {
        if (!expire) {
          add(
              "versions",
              State.LEFT,
              "off, and left off: no rule of this cell would take old versions away");
        } else if (dry) {
          add("versions", State.WOULD, "old versions would be kept");
        } else {
          place.keepVersions();
          add("versions", State.DONE, "old versions are kept from now on");
        }
      }
    }
  }
}
