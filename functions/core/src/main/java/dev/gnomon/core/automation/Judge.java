package dev.gnomon.core.automation;

import static java.util.stream.Collectors.joining;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.automation.Decision.Action;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.decision.Option;
import dev.gnomon.core.decision.Outlook;
import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.FirstRoutes;
import dev.gnomon.core.rollback.GroupLog;
import dev.gnomon.core.rollback.Intent;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.core.rollback.RouteMovedException;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.routes.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Judges what is asked by the switches: what the resources' settings say, the pause, the fence.
/// What nothing holds back is begun.
record Judge(
    ControlRecords records,
    Rollbacks rollbacks,
    FirstRoutes firstRoutes,
    Fence fence,
    Pause pause,
    BlastRadius radius) {
  private static final Duration ASK_AGAIN = Duration.ofSeconds(2);

  /// What was done, and why.
  record Judgement(Action action, String reason, Optional<String> rollback) {
    static Judgement of(Action action, String reason) {
      return new Judgement(action, reason, Optional.empty());
    }
  }

  /// @param routes of the members, as they stood when the question was looked at: nothing begins
  ///   from others
  /// @throws Busy if one has moved since; asked again, it is judged anew
  Judgement of(Question question, Map<ResourceName, Route> routes) {
    Optional<Judgement> before = begun(question);
    if (before.isPresent()) {
      return before.get();
    }
    if (question.against().isPresent()) {
      return Judgement.of(Action.OBSERVED, "nothing is done: " + question.against().get());
    }
    switch (question.wanted()) {
      case IGNORE -> {
        return Judgement.of(Action.OBSERVED, "nothing is done: the resource says ignore");
      }
      case NOTIFY -> {
        return Judgement.of(Action.NOTIFIED, "people are told: the resource says notify");
      }
      case ROLLBACK -> {}
    }
    Optional<Judgement> idle = idle(question);
    if (idle.isPresent()) {
      return idle.get();
    }
    if (question.by() == By.AUTOMATION) {
      Optional<Judgement> held = held(question, routes);
      if (held.isPresent()) {
        return held.get();
      }
    }
    if (question.chosen().equals(Optional.of(Option.PRE_STAGE))) {
      return Judgement.of(
          Action.PRE_STAGED, "a fresh shadow is taken: " + question.weighing().orElseThrow().why());
    }
    if (question.by() == By.PERSON) {
      return begun(question, rollbacks.begin(question.request()));
    }
    List<BlastRadius.Slot> slots = slots(question, routes);
    Optional<String> full = slots.isEmpty() ? Optional.empty() : radius.take(slots, false);
    if (full.isPresent()) {
      return Judgement.of(Action.WAITS_FOR_APPROVAL, full.get());
    }
    Map<ResourceName, Epoch> from = new HashMap<>();
    routes.forEach((name, route) -> from.put(name, route.epoch()));
    Begun begun;
    try {
      begun = rollbacks.begin(question.request(), from);
    } catch (RouteMovedException moved) {
      radius.free(slots);
      throw new Busy(String.valueOf(moved.getMessage()), ASK_AGAIN);
    }
    if (begun instanceof Begun.Refused) {
      radius.free(slots);
    }
    return begun(question, begun);
  }

  /// Who was killed, or raced, after this very question had begun a rollback, has not said so.
  private Optional<Judgement> begun(Question question) {
    return question
        .request()
        .request()
        .flatMap(rollbacks::begunBy)
        .map(rollback ->
            new Judgement(
                Action.ROLLED_BACK,
                "rollback "
                    + rollback
                    + " was begun for this before it was noted"
                    + chosen(rollback, question.request()),
                Optional.of(rollback)));
  }

  private Judgement begun(Question question, Begun begun) {
    return switch (begun) {
      case Begun.Accepted accepted ->
          new Judgement(
              Action.ROLLED_BACK,
              "rollback "
                  + accepted.rollback()
                  + " begins"
                  + chosen(accepted.rollback(), question.request()),
              Optional.of(accepted.rollback()));
      case Begun.Joined joined ->
          new Judgement(
              Action.ROLLED_BACK,
              "rollback " + joined.rollback() + " was asked for before",
              Optional.of(joined.rollback()));
      case Begun.Refused refused -> Judgement.of(Action.REFUSED, refused.reason());
    };
  }

  /// Of those whose rollback does not run already.
  private List<BlastRadius.Slot> slots(Question question, Map<ResourceName, Route> routes) {
    Running running = new Running(records);
    Instant now = records.time();
    List<BlastRadius.Slot> slots = new ArrayList<>();
    for (Resource resource : question.members()) {
      Route route = route(resource, routes);
      if (running.of(resource.name(), route).isEmpty()) {
        slots.add(
            new BlastRadius.Slot(
                resource.name(),
                route.primary().cell(),
                route.epoch(),
                now,
                Optional.of(question.key())));
      }
    }
    return slots;
  }

  /// Where to do nothing costs least, or all else is closed.
  private static Optional<Judgement> idle(Question question) {
    return question
        .weighing()
        .filter(weighing -> weighing.chosen() == Option.STAY)
        .map(weighing -> {
          Optional<String> tooLow =
              weighing.closed().stream()
                  .filter(closed -> closed.why().contains(Weigh.MIN_CONFIDENCE))
                  .map(Outlook.Closed::why)
                  .findFirst();
          return tooLow.isPresent()
              ? Judgement.of(Action.OBSERVED, "nothing is done: " + tooLow.get())
              : Judgement.of(Action.STAYED, "nothing is done: " + weighing.why());
        });
  }

  /// Why automation does not act, if it does not.
  private Optional<Judgement> held(Question question, Map<ResourceName, Route> routes) {
    RollbackRequest request = question.request();
    boolean preStage = question.chosen().equals(Optional.of(Option.PRE_STAGE));
    if (pause.paused()) {
      return Optional.of(
          Judgement.of(Action.PAUSED, "nothing is done: automation is paused (gnomon resume)"));
    }
    // What acts together is bound by the one of it that allows least.
    Resource strictest =
        question.members().stream().min(Comparator.comparing(Resource::automation)).orElseThrow();
    switch (strictest.automation()) {
      case OBSERVE -> {
        return Optional.of(
            Judgement.of(
                Action.OBSERVED,
                "nothing is done: %s has automation observe; `%s` would"
                    .formatted(
                        strictest.name(),
                        preStage
                            ? "gnomon shadow --resource " + strictest.name()
                            : command(strictest, request))));
      }
      case APPROVE -> {
        if (preStage) {
          return Optional.empty(); // It prepares, and changes nothing that is served.
        }
        return Optional.of(
            Judgement.of(
                Action.WAITS_FOR_APPROVAL,
                "%s has automation approve; `%s` would do it at once"
                    .formatted(strictest.name(), command(strictest, request))));
      }
      case AUTO -> {}
    }
    if (preStage) {
      return Optional.empty();
    }
    for (Resource resource : question.members()) {
      if (resource.allowAdvisoryFence()) {
        continue; // Whether it can be fenced is not asked: that starts a program and looks at
        // others.
      }
      Route route = route(resource, routes);
      Fence.Capability capability = fence.capability(resource, route.primary());
      if (!capability.enforceable()) {
        return Optional.of(
            Judgement.of(
                Action.REFUSED,
                "%s can't be fenced (%s) and does not allow an advisory fence"
                    .formatted(route.primary(), capability.why())));
      }
    }
    return Optional.empty();
  }

  private Route route(Resource resource, Map<ResourceName, Route> routes) {
    return Optional.ofNullable(routes.get(resource.name()))
        .orElseGet(() -> firstRoutes.of(resource));
  }

  /// What a rollback goes back to, and why, as its intents say it.
  private String chosen(String rollback, RollbackRequest request) {
    String asked = request.reason() + "; ";
    Stream<String> whys =
        Stream.concat(
            RollbackRecords.of(records, rollback).flatMap(RollbackRecords::intent).stream()
                .map(Intent::why),
            GroupLog.of(records, rollback).flatMap(log -> log.get(rollback)).stream()
                .flatMap(group -> group.members().stream())
                .map(member -> member.resource() + ": " + member.why()));
    return whys.map(why -> why.replace(asked, "")).map(why -> "; " + why).collect(joining());
  }

  /// What a person types to have the very same done.
  private static String command(Resource resource, RollbackRequest request) {
    String to =
        request
                .to()
                .or(() -> request.cutoff().map(Instant::toString))
                .map(t -> " --to " + t)
                .orElse("")
            + request.toCell().map(cell -> " --to-cell " + cell).orElse("");
    return switch (request.target()) {
      case Target.OfUpdate(UpdateId id) -> "gnomon rollback --update " + id + to;
      case Target.OfCell(CellName cell) -> "gnomon rollback --cell " + cell + to;
      case Target.OfRollback(String rollback) -> "gnomon undo " + rollback;
      case Target.OfResource ignored -> "gnomon rollback --resource " + resource.name() + to;
    };
  }
}
