package dev.gnomon.core.chaos;

import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.automation.DecisionLog;
import dev.gnomon.core.chaos.ChaosRecords.Begun;
import dev.gnomon.core.chaos.ChaosRecords.Lifted;
import dev.gnomon.core.chaos.ChaosRecords.Noticed;
import dev.gnomon.core.chaos.ChaosRecords.Served;
import dev.gnomon.core.chaos.Outcome.Effects;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.Intent;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.Steps.DoneStep;
import dev.gnomon.core.rollback.Steps.Terminal;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.routes.RouteTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads what an experiment did from the routes, decisions and rollbacks since it began. They are
/// the same whoever reads them, and however often.
public final class RecordedEffects {
  /// More epochs of a resource are not looked at.
  private static final int MAX_EPOCHS = 1000;

  private static final int MAX_DECISIONS = 200;
  private static final double MILLIS = 1000;

  private final ControlRecords records;
  private final RouteTable routes;
  private final DecisionLog decisions;
  private final ChaosRecords chaos;

  public RecordedEffects(
      ControlRecords records, RouteTable routes, DecisionLog decisions, ChaosRecords chaos) {
    this.records = records;
    this.routes = routes;
    this.decisions = decisions;
    this.chaos = chaos;
  }

  /// Which resources the trouble is a reason to move.
  static List<ResourceName> mayMove(Begun begun) {
    return begun
        .experiment()
        .expected()
        .moves()
        .orElseGet(() ->
            begun.baseline().stream()
                .filter(served ->
                    begun.experiment().trouble().cell().equals(Optional.of(served.cell())))
                .map(Served::resource)
                .toList());
  }

  public Effects of(Begun begun) {
    List<ResourceName> mayMove = mayMove(begun);
    List<String> rollbacks = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    List<String> falseSwitches = new ArrayList<>();
    List<Double> served = new ArrayList<>();
    List<Double> ages = new ArrayList<>();
    int switches = 0;
    for (Served before : begun.baseline()) {
      ResourceName resource = before.resource();
      Optional<Route> current = routes.current(resource);
      if (current.isEmpty() || current.get().epoch().compareTo(before.epoch()) < 0) {
        failed.add(
            "the route of %s went back from epoch %s to %s"
                .formatted(
                    resource,
                    before.epoch(),
                    current.map(route -> route.epoch().toString()).orElse("none")));
        continue;
      }
      long last = Math.min(current.get().epoch().value(), before.epoch().value() + MAX_EPOCHS);
      boolean moving = false;
      for (long value = before.epoch().value(); value <= last; value++) {
        Epoch epoch = new Epoch(value);
        Optional<Route> route = routes.at(resource, epoch);
        if (moving && route.filter(one -> one.state() == RouteState.SERVING).isPresent()) {
          served.add(seconds(begun.from(), route.get().time()));
          moving = false;
        }
        RollbackRecords rollback = new RollbackRecords(records, resource, epoch);
        Optional<Intent> intent =
            rollback.intent().filter(one -> !one.time().isBefore(begun.from()));
        if (intent.isPresent()) {
          moving = true;
          rollbacks.add(intent.get().rollback());
          Optional<DoneStep> done = rollback.done();
          ages.add(Math.max(0, seconds(wentBackTo(intent.get(), done), begun.from())));
          done.filter(one -> one.terminal() == Terminal.FAILED)
              .map(DoneStep::state)
              .ifPresent(state -> failed.add(intent.get().rollback() + ": " + state));
          if (intent.get().by() == By.AUTOMATION) {
            switches++;
            if (!mayMove.contains(resource)) {
              falseSwitches.add(intent.get().rollback());
            }
          }
        }
      }
    }
    return new Effects(
        detected(begun, mayMove),
        served.stream().max(Comparator.naturalOrder()),
        ages.stream().max(Comparator.naturalOrder()),
        switches,
        falseSwitches,
        rollbacks,
        failed,
        chaos.processes(begun.experiment().id()).values().stream()
            .flatMap(Optional::stream)
            .mapToLong(Lifted::touched)
            .sum());
  }

  /// Time of the point that was used: the chosen one may have been damaged.
  private static Instant wentBackTo(Intent intent, Optional<DoneStep> done) {
    return done.flatMap(DoneStep::point)
        .flatMap(used ->
            intent.candidates().stream().filter(one -> one.point().equals(used)).findFirst())
        .orElse(intent.candidates().getFirst())
        .time();
  }

  private Optional<Double> detected(Begun begun, List<ResourceName> expected) {
    Stream<Instant> decided =
        decisions.newest(expected, MAX_DECISIONS).stream().map(Decision::time);
    Stream<Instant> noticed =
        expected.stream()
            .flatMap(resource -> chaos.noticed(begun.experiment().id(), resource).stream())
            .map(Noticed::time);
    return Stream.concat(decided, noticed)
        .filter(time -> !time.isBefore(begun.from()))
        .min(Comparator.naturalOrder())
        .map(time -> seconds(begun.from(), time));
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / MILLIS;
  }
}
