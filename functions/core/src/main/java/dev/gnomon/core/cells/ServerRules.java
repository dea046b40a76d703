package dev.gnomon.core.cells;

import dev.gnomon.core.cells.CellPlace.Lifecycle;
import dev.gnomon.core.cells.CellPlace.LifecycleRule;
import dev.gnomon.core.cells.CellPlace.Versions;
import dev.gnomon.core.cells.Finding.State;
import dev.gnomon.core.cells.InitCell.Beginning;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.Pause;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/// What a server is told to do by itself in a cell: to take unfinished uploads away, to keep old
/// versions, and to take those away after a while. Old versions go only where it was Gnomon that
/// had them kept: elsewhere somebody relies on them. They are kept only in a bucket that is nobody
/// else's: a bucket can't go back.
final class ServerRules {
  static final int ABANDONED_DAYS = 7;
  static final int OLD_VERSION_DAYS = 30;

  /// Another cell of the same bucket may write its rule at the same moment, and the server keeps
  /// the configuration that came last.
  private static final int WRITES = 5;

  private static final Duration SETTLES = Duration.ofSeconds(2);

  private final CellPlace place;
  private final Beginning beginning;
  private final boolean dry;
  private final Pause pause;
  private final Consumer<Finding> findings;

  ServerRules(
      CellPlace place, Beginning beginning, boolean dry, Pause pause, Consumer<Finding> findings) {
    this.place = place;
    this.beginning = beginning;
    this.dry = dry;
    this.pause = pause;
    this.findings = findings;
  }

  private void add(String what, State state, String said) {
    findings.accept(new Finding(what, state, said));
  }

  void set() {
    Optional<Versions> versions = place.versions();
    versions(versions, lifecycle(versions));
  }

  /// @return the rules that stand in the end; empty if there can be none
  private Optional<Lifecycle> lifecycle(Optional<Versions> versions) {
    Optional<Lifecycle> standing = place.lifecycle();
    if (standing.isEmpty()) {
      add(
          "lifecycle",
          State.NOT_OFFERED,
          "the server does not offer it: parts that killed uploads leave stay");
      return standing;
    }
    Lifecycle rules = standing.get();
    LifecycleRule wanted = wanted(versions, rules);
    if (rules.ours().isPresent()) {
      add("lifecycle", State.SAME, words(rules.ours().get()));
    } else if (rules.others() > 0 && !rules.all()) {
      add(
          "lifecycle",
          State.LEFT,
          "%d rules of others stand and are not changed: add one that takes unfinished uploads away after %d days"
              .formatted(rules.others(), ABANDONED_DAYS));
    } else if (!beginning.apart()) {
      add(
          "lifecycle",
          State.LEFT,
          "objects of others lay below it when it became a cell, so no rule is set: add one that takes unfinished uploads away after %d days"
              .formatted(ABANDONED_DAYS));
    } else if (dry) {
      add("lifecycle", State.WOULD, words(wanted));
    } else {
      return write(wanted);
    }
    return standing;
  }

  private LifecycleRule wanted(Optional<Versions> versions, Lifecycle rules) {
    boolean keptByUs =
        versions
            .map(found ->
                switch (found) {
                  case OFF -> beginning.own();
                  case ON -> rules.expire();
                  case SUSPENDED -> false;
                })
            .orElse(false);
    return new LifecycleRule(
        Optional.of(ABANDONED_DAYS), keptByUs ? Optional.of(OLD_VERSION_DAYS) : Optional.empty());
  }

  private Optional<Lifecycle> write(LifecycleRule wanted) {
    Optional<Lifecycle> kept = Optional.empty();
    for (int write = 0; write < WRITES; write++) {
      try {
        place.setLifecycle(wanted);
      } catch (ObjectStoreException e) {
        if (e.kind() != ObjectStoreException.Kind.PERMANENT) {
          throw e;
        }
        add("lifecycle", State.NOT_OFFERED, "the server does not take it: " + e.getMessage());
        return Optional.empty();
      }
      // Not all by the same amount: who write in step would write over each other again.
      pause.of(SETTLES.plusMillis(ThreadLocalRandom.current().nextLong(SETTLES.toMillis())));
      kept = place.lifecycle();
      Optional<LifecycleRule> ours = kept.flatMap(Lifecycle::ours);
      if (ours.isPresent()) {
        add("lifecycle", State.DONE, words(ours.get()));
        return kept;
      }
    }
    add(
        "lifecycle",
        State.NOT_OFFERED,
        "the server took it %d times and does not give it back, or others write over it: run this again"
            .formatted(WRITES));
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
  private void versions(Optional<Versions> standing, Optional<Lifecycle> lifecycle) {
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
        if (!beginning.own()) {
          add(
              "versions",
              State.LEFT,
              "off, and left off: the bucket was there before this cell, and may hold more than it");
        } else if (!expire) {
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
