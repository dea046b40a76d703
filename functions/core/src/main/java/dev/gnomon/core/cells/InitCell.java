package dev.gnomon.core.cells;

import dev.gnomon.core.cells.CapabilityProbe.Capability;
import dev.gnomon.core.cells.CellPlace.Versions;
import dev.gnomon.core.cells.Finding.State;
import dev.gnomon.core.control.CellProbe;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.objects.AtomicityProbe.Report;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.Pause;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Makes a cell ready, and says what it found. A second run changes nothing: what was tried once is
/// a record in the cell, and so is what the place was when it became one. Nothing that somebody
/// else set up is changed, and no server is told to delete or keep what may be somebody else's.
///
/// Nothing rests on versions or on what a server deletes by itself: they keep what a stolen
/// credential could destroy, and take away what killed uploads leave.
public final class InitCell {
  private static final String OURS = "cell/";
  private static final int PAGE = 1000;

  /// A cell that is begun has a handful of names of its own, and what killed trials left.
  private static final int OURS_AT_MOST = 10_000;

  private static final ObjectName CAPABILITIES = new ObjectName("cell/capabilities");
  private static final ObjectName IDENTITY = new ObjectName("cell/identity");
  private static final ObjectName PLACE = new ObjectName("cell/place");

  private final CellPlace place;
  private final Supplier<ObjectStore> opening;
  private final Clock clock;
  private final Supplier<String> ids;
  private final boolean adopt;
  private final boolean dry;
  private final Pause pause;
  private final List<Finding> findings = new ArrayList<>();

  /// @param opening opens the store in that place once it is there; parts of large puts should be
  ///   as small as the server takes them
  /// @param adopt whether a place with objects of others may become a cell
  /// @param dry whether to change nothing
  /// @param pause before what was set is looked at again
  public InitCell(
      CellPlace place,
      Supplier<ObjectStore> opening,
      Clock clock,
      Supplier<String> ids,
      boolean adopt,
      boolean dry,
      Pause pause) {
    this.place = place;
    this.opening = opening;
    this.clock = clock;
    this.ids = ids;
    this.adopt = adopt;
    this.dry = dry;
    this.pause = pause;
  }

  /// What was tried in a cell, and that it could all of it.
  record Capabilities(List<String> tried) {
    Capabilities {
      tried = List.copyOf(tried);
    }
  }

  /// What a place was when it became a cell.
  ///
  /// @param own whether nobody else has anything in its bucket: this made it, or it was empty, kept
  ///   no versions, and is the cell's as a whole
  /// @param apart whether no objects of others lay below it
  record Beginning(boolean own, boolean apart) {}

  /// @return what was found, in the order in which it was looked at; it ends behind what FAILED
  public List<Finding> run() {
    findings.clear();
    try {
      boolean there = place.isThere();
      boolean made = bucket(there);
      if (there || made) {
        ObjectStore store = opening.get();
        Optional<String> stranger = stranger(store);
        if (stranger.isEmpty() || adopt) {
          ControlRecords records = new ControlRecords(store, ids);
          Beginning beginning = beginning(records, made, stranger.isEmpty());
          atomic(store, records);
          capabilities(store, records);
          new ServerRules(place, beginning, dry, pause, findings::add).set();
        } else {
          add(
              "content",
              State.FAILED,
              "it holds %s: name an empty prefix, or say --adopt".formatted(stranger.get()));
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

  /// @return whether it was made
  private boolean bucket(boolean there) {
    if (there) {
      add("place", State.SAME, "it is there");
      return false;
    }
    if (dry) {
      add("place", State.WOULD, "would be made; what its server can is tried then");
      return false;
    }
    boolean made = place.make();
    add("place", made ? State.DONE : State.SAME, made ? "was made" : "it is there");
    return made;
  }

  /// What below the place is no cell's, in words; empty in a cell that is used already. Somebody
  /// else may call his folder as we do, so not all of it is looked through.
  private Optional<String> stranger(ObjectStore store) {
    if (store.stat(CellProbe.NAME).isPresent() || store.stat(IDENTITY).isPresent()) {
      return Optional.empty();
    }
    Optional<ObjectName> after = Optional.empty();
    int ours = 0;
    do {
      ObjectPage page = store.list("", after, PAGE);
      for (ObjectStat object : page.objects()) {
        String name = object.name().value();
        if (!name.startsWith(OURS)) {
          return Optional.of("objects that are no cell's, such as '%s'".formatted(name));
        }
        if (++ours > OURS_AT_MOST) {
          return Optional.of(
              "more than %d objects below '%s', as no new cell does, such as '%s'"
                  .formatted(OURS_AT_MOST, OURS, name));
        }
      }
      after = page.next();
    } while (after.isPresent());
    return Optional.empty();
  }

  /// Written at once, so that a run that goes on with a killed one knows it.
  private Beginning beginning(ControlRecords records, boolean made, boolean apart) {
    Optional<Beginning> known = records.read(PLACE, Beginning.class);
    if (known.isPresent()) {
      return known.get();
    }
    boolean unused = apart && place.isWhole() && place.versions().equals(Optional.of(Versions.OFF));
    Beginning found = new Beginning(made || unused, apart);
    return dry ? found : records.create(PLACE, found).record();
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
}
