package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.ActingLimits;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.rollback.Steps;
import dev.gnomon.core.routes.RouteTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Bounds what automation acts on together. `acting/<n>` says who has a slot; the newest holds. Who
/// wants one reads it, leaves out who has ended, and creates the next number: of two processes that
/// do so at once one finds the number taken and looks again, so the limit holds whatever races or
/// is killed. A slot is free when its rollback has ended, or has served from the shadow for
/// [#WAITS_AT_MOST] and only waits for its primary; nobody has to give it back.
public final class BlastRadius {
  /// Others were first each time.
  private static final int MAX_ROUNDS = 200;

  /// From this many on, who has ended is left out although there is room.
  private static final int MANY = 64;

  /// A rollback that serves and waits for a primary to come back, or to be fit to return to, may
  /// wait for ever: it keeps others out for so long. Its repair and return need no slot again.
  public static final Duration WAITS_AT_MOST = Duration.ofHours(1);

  private final ControlRecords records;
  private final RouteTable routes;
  private final ActingLimits limits;
  private final Checkpoint checkpoint;
  private final RecordLog<Acting> log;

  public BlastRadius(
      ControlRecords records, RouteTable routes, ActingLimits limits, Checkpoint checkpoint) {
    this.records = records;
    this.routes = routes;
    this.limits = limits;
    this.checkpoint = checkpoint;
    this.log = new RecordLog<>(records, "acting", Acting.class);
  }

  /// Who has a slot.
  record Acting(List<Slot> slots) {
    Acting {
      slots = List.copyOf(slots);
    }
  }

  /// A resource that automation acts on.
  ///
  /// @param cell of the primary that is left or repaired
  /// @param epoch from which its rollback begins
  /// @param by what it was taken for: only that gives it back. Several may hold one of the same
  ///   resource, of which one begins a rollback; slots of earlier versions don't say
  record Slot(
      ResourceName resource, CellName cell, Epoch epoch, Instant since, Optional<String> by) {
    boolean isOf(Slot other) {
      return resource.equals(other.resource) && epoch.equals(other.epoch) && by.equals(other.by);
    }
  }

  /// Takes a slot for each, all or none. Taking again what one has is free.
  ///
  /// @param beyond whether a person said that the limits don't bind
  /// @return why there is no room; empty: they are taken
  Optional<String> take(List<Slot> wanted, boolean beyond) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Optional<Numbered<Acting>> last = log.last();
      List<Slot> held = last.map(one -> one.record().slots()).orElse(List.of());
      if (wanted.stream().allMatch(one -> held.stream().anyMatch(one::isOf))) {
        return Optional.empty();
      }
      List<Slot> others =
          held.stream()
              .filter(slot -> wanted.stream().noneMatch(one -> replaces(one, slot)))
              .toList();
      if (!fits(others, wanted) || others.size() >= MANY) {
        others = others.stream().filter(this::isHeld).toList();
      }
      if (!beyond && !fits(others, wanted)) {
        return Optional.of(full(others));
      }
      List<Slot> next = new ArrayList<>(others);
      next.addAll(wanted);
      long number = last.map(Numbered::number).orElse(0L) + 1;
      if (log.append(number, new Acting(next)) instanceof Outcome.Created) {
        checkpoint.reached("slot");
        return Optional.empty();
      }
    }
    throw new Unavailable("others took slots first each time; ask again");
  }

  /// Gives back what was taken for a rollback that did not begin.
  void free(List<Slot> slots) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Optional<Numbered<Acting>> last = log.last();
      if (last.isEmpty()) {
        return;
      }
      List<Slot> left =
          last.get().record().slots().stream()
              .filter(slot -> slots.stream().noneMatch(slot::isOf))
              .toList();
      if (left.size() == last.get().record().slots().size()
          || log.append(last.get().number() + 1, new Acting(left)) instanceof Outcome.Created) {
        return;
      }
    }
  }

  /// Of an epoch that its resource has left nothing begins any more.
  private static boolean replaces(Slot wanted, Slot held) {
    return wanted.isOf(held)
        || (wanted.resource().equals(held.resource())
            && wanted.epoch().compareTo(held.epoch()) > 0);
  }

  private boolean fits(List<Slot> others, List<Slot> wanted) {
    List<Slot> all = Stream.concat(others.stream(), wanted.stream()).toList();
    if (all.stream().map(Slot::resource).distinct().count() <= limits.resources()) {
      return true;
    }
    return limits.oneCell() && all.stream().map(Slot::cell).distinct().count() == 1;
  }

  private String full(List<Slot> held) {
    return "automation acts on at most %d resources%s at a time (decisions.limits), and on %s now"
        .formatted(
            limits.resources(),
            limits.oneCell() ? " or one cell" : "",
            held.isEmpty()
                ? "none: this is more"
                : held.stream()
                    .map(slot -> slot.resource() + " of " + slot.cell())
                    .distinct()
                    .collect(Collectors.joining(", ")));
  }

  /// Whether a slot's rollback goes on, or may still begin.
  private boolean isHeld(Slot slot) {
    RollbackRecords at = new RollbackRecords(records, slot.resource(), slot.epoch());
    if (at.has("intent")) {
      return !at.has("done") && !waitsForLong(at);
    }
    boolean moved =
        routes
            .current(slot.resource())
            .map(route -> route.epoch().compareTo(slot.epoch()) > 0)
            .orElse(false);
    return !moved && slot.since().isAfter(records.time().minus(OpenWork.STALE_AFTER));
  }

  private boolean waitsForLong(RollbackRecords at) {
    return Running.waits(at)
        && records
            .writtenAt(at.name("released"), Steps.MoveStep.class)
            .filter(since -> since.isBefore(records.time().minus(WAITS_AT_MOST)))
            .isPresent();
  }
}
