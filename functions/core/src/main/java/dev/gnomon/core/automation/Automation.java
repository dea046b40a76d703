package dev.gnomon.core.automation;

import static java.util.stream.Collectors.joining;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notifier;
import dev.gnomon.core.automation.Decision.Action;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.FirstRoutes;
import dev.gnomon.core.rollback.GroupLog;
import dev.gnomon.core.rollback.Intent;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.update.UpdateRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Decides what follows from a prediction, a machine's request, a failed update or a lost
/// heartbeat. Off until trusted: a resource says how far automation may go, `pause` stops it, and
/// it acts only where the old primary can be fenced. Each decision is stored once and told; the
/// same trigger again finds it.
public final class Automation {
  private final Catalogue catalogue;
  private final ControlRecords records;
  private final Rollbacks rollbacks;
  private final FirstRoutes firstRoutes;
  private final Fence fence;
  private final Pause pause;
  private final Notifier notifier;
  private final Targets targets;
  private final DealtWith dealtWith;

  public Automation(
      Catalogue catalogue,
      ControlRecords records,
      Rollbacks rollbacks,
      FirstRoutes firstRoutes,
      Fence fence,
      Pause pause,
      Notifier notifier) {
    this.catalogue = catalogue;
    this.records = records;
    this.rollbacks = rollbacks;
    this.firstRoutes = firstRoutes;
    this.fence = fence;
    this.pause = pause;
    this.notifier = notifier;
    this.targets = new Targets(catalogue, records, firstRoutes);
    this.dealtWith = new DealtWith(records, firstRoutes);
  }

  /// A failure that somebody predicts.
  ///
  /// @param resources what it is about, already resolved from a cell if it names one
  /// @param onset when the trouble began
  /// @param at when it is predicted to become a failure
  /// @param confidence in [0,1]
  /// @param eventId identity of the prediction
  public record Prediction(
      List<ResourceName> resources,
      Instant onset,
      Instant at,
      double confidence,
      List<String> evidence,
      String eventId) {
    /// Newest time that a point may have: before the trouble, less what clocks may differ.
    Instant cutoff(Catalogue catalogue) {
      return (onset.isBefore(at) ? onset : at).minus(catalogue.clockTolerance());
    }
  }

  /// A rollback that a machine asks for.
  ///
  /// @param request by automation; its reason is the trigger of the decision
  /// @param onset when the trouble began, if it is known
  /// @param evidence sentences for people
  /// @param eventId identity of the event that asks
  public record Demand(
      RollbackRequest request, Optional<Instant> onset, List<String> evidence, String eventId) {}

  /// Decides about a machine's request as about a prediction: once, and only as far as the
  /// resources and the pause switch let it. The same request again finds the decision. The limit on
  /// deletes binds automation, whatever the request says.
  ///
  /// @throws Refusal before anything is decided, if nothing of that name is known
  public Decision requested(Demand demand) {
    List<Resource> members = targets.of(demand.request().target());
    RollbackRequest asked = demand.request();
    Optional<Instant> cutoff =
        asked.to().isPresent()
            ? Optional.empty()
            : demand.onset().map(onset -> onset.minus(catalogue.clockTolerance()));
    return decide(
        members,
        demand.eventId(),
        asked.reason(),
        demand.evidence(),
        OnFail.ROLLBACK,
        By.AUTOMATION,
        new RollbackRequest(
            asked.target(),
            asked.to(),
            asked.mode(),
            false,
            By.AUTOMATION,
            asked.reason(),
            cutoff,
            Optional.of(demand.eventId())),
        demand
            .onset()
            .flatMap(onset ->
                members.stream()
                    .flatMap(
                        resource -> dealtWith.since(resource, onset, demand.eventId()).stream())
                    .findFirst()));
  }

  /// Resources whose primary lies in a cell now.
  public List<ResourceName> servedFrom(CellName cell) {
    return targets.servedFrom(cell);
  }

  /// Decides for each resource. One whose points can't be seen now does not keep the others
  /// waiting: what fails is thrown when all were decided, and decided when the event comes again.
  ///
  /// @param goOn is given the ids of rollbacks that were begun or joined, to carry them on
  /// @throws Refusal before anything is decided, if the catalogue has no such resource
  public void predicted(Prediction prediction, Consumer<String> goOn) {
    List<Resource> resources = new ArrayList<>();
    for (ResourceName name : prediction.resources()) {
      resources.add(
          catalogue
              .resource(name)
              .orElseThrow(() -> new Refusal("unknown resource '" + name + "'")));
    }
    Faults faults = new Faults();
    Set<String> begun = new LinkedHashSet<>();
    resources.forEach(
        resource -> faults.keep(() -> predicted(prediction, resource).ifPresent(begun::add)));
    begun.forEach(rollback -> faults.keep(() -> goOn.accept(rollback)));
    faults.raise();
  }

  private Optional<String> predicted(Prediction prediction, Resource resource) {
    ResourceName name = resource.name();
    String trigger =
        "failure of %s predicted for %s (onset %s, confidence %.2f)"
            .formatted(name, prediction.at(), prediction.onset(), prediction.confidence());
    RollbackRequest request =
        new RollbackRequest(
            new Target.OfResource(name),
            Optional.empty(),
            Optional.empty(),
            false,
            By.AUTOMATION,
            trigger,
            Optional.of(prediction.cutoff(catalogue)),
            Optional.of(prediction.eventId() + "/" + name));
    return decide(
            List.of(resource),
            prediction.eventId(),
            trigger,
            prediction.evidence(),
            OnFail.ROLLBACK,
            By.AUTOMATION,
            request,
            standsAgainst(resource, prediction))
        .rollback();
  }

  /// An update failed or lost its heartbeat.
  ///
  /// @param by a person's word counts as a command: the update's resources are rolled back whatever
  ///   their automation says, unless their onFail says otherwise
  public Optional<String> updateFailed(
      UpdateRecords.Request update, boolean heartbeatLost, By by, String reason, String key) {
    List<Resource> members = new ArrayList<>();
    for (ResourceName name : update.closure()) {
      catalogue.resource(name).ifPresent(members::add);
    }
    if (members.isEmpty()) {
      throw new Refusal(
          "no resource of update %s is in the catalogue any more".formatted(update.updateId()));
    }
    OnFail wanted = OnFail.IGNORE;
    for (Resource member : members) {
      OnFail one = heartbeatLost ? member.onHeartbeatLost() : member.onFail();
      wanted = one.ordinal() < wanted.ordinal() ? one : wanted;
    }
    UpdateId id = update.updateId();
    String trigger =
        "update " + id + (heartbeatLost ? " lost its heartbeat" : " failed: " + reason);
    RollbackRequest request =
        new RollbackRequest(
            new Target.OfUpdate(id),
            Optional.empty(),
            Optional.empty(),
            false,
            by,
            trigger,
            Optional.empty(),
            Optional.of(key));
    return decide(
            members,
            by + "/" + key,
            trigger,
            List.of(reason),
            wanted,
            by,
            request,
            Optional.empty())
        .rollback();
  }

  private Decision decide(
      List<Resource> members,
      String key,
      String trigger,
      List<String> evidence,
      OnFail wanted,
      By by,
      RollbackRequest request,
      Optional<String> against) {
    Resource first = members.getFirst();
    ObjectName name = ObjectName.of("decisions", first.name(), Answers.key(key));
    Optional<Decision> known = records.read(name, Decision.class);
    if (known.isPresent()) {
      tell(name, known.get(), wanted);
      return known.get();
    }
    Judgement judgement =
        against.isPresent()
            ? Judgement.of(Action.OBSERVED, "nothing is done: " + against.get())
            : judge(members, wanted, by, request);
    Decision decision =
        records
            .create(
                name,
                new Decision(
                    first.name(),
                    trigger,
                    evidence,
                    judgement.action(),
                    judgement.reason(),
                    judgement.rollback(),
                    records.time()))
            .record();
    tell(name, decision, wanted);
    return decision;
  }

  private record Told(Instant time) {}

  /// Tells people what was decided and not done; again only if it was killed before that was noted.
  private void tell(ObjectName name, Decision decision, OnFail wanted) {
    if (decision.action() == Action.ROLLED_BACK || wanted == OnFail.IGNORE) {
      return;
    }
    ObjectName told = ObjectName.of("notified", Answers.key(name.value()));
    if (records.exists(told)) {
      return;
    }
    String resource = decision.resource().value();
    notifier.notify(
        Notice.of(
                name.value(),
                "decision",
                decision.action() == Action.REFUSED ? Severity.CRITICAL : Severity.WARNING,
                decision.time(),
                "Decision on %s: %s"
                    .formatted(
                        resource,
                        decision.action().name().toLowerCase(Locale.ROOT).replace('_', ' ')),
                decision.trigger() + ". " + decision.reason())
            .in("resource/" + resource, Notice.Action.TRIGGER)
            .about(resource));
    records.create(told, new Told(records.time()));
  }

  private record Judgement(Action action, String reason, Optional<String> rollback) {
    static Judgement of(Action action, String reason) {
      return new Judgement(action, reason, Optional.empty());
    }
  }

  private Judgement judge(List<Resource> members, OnFail wanted, By by, RollbackRequest request) {
    switch (wanted) {
      case IGNORE -> {
        return Judgement.of(Action.OBSERVED, "nothing is done: the resource says ignore");
      }
      case NOTIFY -> {
        return Judgement.of(Action.NOTIFIED, "people are told: the resource says notify");
      }
      case ROLLBACK -> {}
    }
    if (by == By.AUTOMATION) {
      Optional<Judgement> held = held(members, request);
      if (held.isPresent()) {
        return held.get();
      }
    }
    return switch (rollbacks.begin(request)) {
      case Begun.Accepted accepted ->
          new Judgement(
              Action.ROLLED_BACK,
              "rollback " + accepted.rollback() + " begins" + chosen(accepted.rollback(), request),
              Optional.of(accepted.rollback()));
      case Begun.Joined joined ->
          new Judgement(
              Action.ROLLED_BACK,
              "rollback " + joined.rollback() + " was asked for before",
              Optional.of(joined.rollback()));
      case Begun.Refused refused -> Judgement.of(Action.REFUSED, refused.reason());
    };
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
            .orElse("");
    return switch (request.target()) {
      case Target.OfUpdate(UpdateId id) -> "gnomon rollback --update " + id + to;
      case Target.OfCell(CellName cell) -> "gnomon rollback --cell " + cell + to;
      case Target.OfRollback(String rollback) -> "gnomon undo " + rollback;
      case Target.OfResource ignored -> "gnomon rollback --resource " + resource.name() + to;
    };
  }

  /// Why a prediction is only observed, whatever the resource says of automation.
  private Optional<String> standsAgainst(Resource resource, Prediction prediction) {
    return dealtWith
        .since(resource, prediction.onset(), prediction.eventId())
        .or(() -> {
          double least = resource.limits().minConfidence();
          return prediction.confidence() < least
              ? Optional.of(
                  String.format(
                      Locale.ROOT,
                      "confidence %s is too low, %s acts from %s (limits.minConfidence)",
                      prediction.confidence(),
                      resource.name(),
                      least))
              : Optional.empty();
        });
  }

  /// Why automation does not act, if it does not.
  private Optional<Judgement> held(List<Resource> members, RollbackRequest request) {
    if (pause.paused()) {
      return Optional.of(
          Judgement.of(Action.PAUSED, "nothing is done: automation is paused (gnomon resume)"));
    }
    for (Resource resource : members) {
      switch (resource.automation()) {
        case OBSERVE -> {
          return Optional.of(
              Judgement.of(
                  Action.OBSERVED,
                  "nothing is done: %s has automation observe; `%s` would"
                      .formatted(resource.name(), command(resource, request))));
        }
        case APPROVE -> {
          return Optional.of(
              Judgement.of(
                  Action.WAITS_FOR_APPROVAL,
                  "%s has automation approve: `%s` carries it out"
                      .formatted(resource.name(), command(resource, request))));
        }
        case AUTO -> {}
      }
      Route route = firstRoutes.of(resource);
      Fence.Capability capability = fence.capability(resource, route.primary());
      if (!resource.allowAdvisoryFence() && !capability.enforceable()) {
        return Optional.of(
            Judgement.of(
                Action.REFUSED,
                "%s can't be fenced (%s) and does not allow an advisory fence"
                    .formatted(route.primary(), capability.why())));
      }
    }
    return Optional.empty();
  }
}
