package dev.gnomon.core.automation;

import static java.util.stream.Collectors.joining;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.actuators.Notifier;
import dev.gnomon.core.actuators.Notifier.Notice;
import dev.gnomon.core.actuators.Notifier.Severity;
import dev.gnomon.core.automation.Decision.Action;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.Epoch;
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
import dev.gnomon.core.rollback.Steps;
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

/// Decides what follows from a prediction, a failed update or a lost heartbeat. Off until trusted:
/// a resource says how far automation may go, `pause` stops it, and it acts only where the old
/// primary can be fenced. Each decision is stored once and told; the same trigger again finds it.
public final class Automation {
  /// A rollback takes two to four epochs.
  private static final int MAX_EPOCHS_BACK = 200;

  private final Catalogue catalogue;
  private final ControlRecords records;
  private final Rollbacks rollbacks;
  private final FirstRoutes firstRoutes;
  private final Fence fence;
  private final Pause pause;
  private final Notifier notifier;

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

  /// Resources whose primary lies in a cell now.
  public List<ResourceName> servedFrom(dev.gnomon.core.ids.CellName cell) {
    return catalogue.resources().stream()
        .filter(resource -> firstRoutes.of(resource).primary().cell().equals(cell))
        .map(Resource::name)
        .toList();
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
        standsAgainst(resource, prediction));
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
        members, by + "/" + key, trigger, List.of(reason), wanted, by, request, Optional.empty());
  }

  private Optional<String> decide(
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
      return known.get().rollback();
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
    return decision.rollback();
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
    notifier.notify(
        new Notice(
            name.value(),
            decision.action() == Action.REFUSED ? Severity.CRITICAL : Severity.WARNING,
            decision.trigger() + ". " + decision.reason()));
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
    return request.target() instanceof Target.OfUpdate(UpdateId id)
        ? "gnomon rollback --update " + id
        : "gnomon rollback --resource "
            + resource.name()
            + request.cutoff().map(cutoff -> " --to " + cutoff).orElse("");
  }

  /// Why a prediction is only observed, whatever the resource says of automation.
  private Optional<String> standsAgainst(Resource resource, Prediction prediction) {
    return undone(resource, prediction)
        .map(undo ->
            "a person undid an automatic rollback (%s) after the onset; what is predicted began before that"
                .formatted(undo))
        .or(() ->
            answeredBy(resource, prediction)
                .map(rollback -> "rollback " + rollback + " has answered it already"))
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

  /// The undo of an automatic rollback, if it was asked for after the onset: who undid it has
  /// judged this trouble, and is not overruled by its next prediction. A group's rollback counts as
  /// automatic.
  private Optional<String> undone(Resource resource, Prediction prediction) {
    long newest = firstRoutes.of(resource).epoch().value();
    for (long epoch = newest; epoch >= 1 && epoch > newest - MAX_EPOCHS_BACK; epoch--) {
      RollbackRecords rollback = new RollbackRecords(records, resource.name(), new Epoch(epoch));
      Optional<Intent> intent = rollback.intent();
      if (intent.isEmpty()) {
        continue;
      }
      if (!intent.get().time().isAfter(prediction.onset())) {
        return Optional.empty();
      }
      Optional<String> undoes = intent.get().undoes();
      if (undoes.isPresent() && isAutomatic(undoes.get())) {
        return Optional.of(intent.get().correlation());
      }
    }
    return Optional.empty();
  }

  private boolean isAutomatic(String rollback) {
    return RollbackRecords.of(records, rollback)
        .flatMap(RollbackRecords::intent)
        .map(intent -> intent.by() == By.AUTOMATION)
        .orElse(true);
  }

  /// A rollback that began after the onset, and serves, has answered the prediction: who predicts
  /// the same trouble again and again does not get a rollback each time.
  private Optional<String> answeredBy(Resource resource, Prediction prediction) {
    Route route = firstRoutes.of(resource);
    return RollbackRecords.causing(records, resource.name(), route.cause())
        .filter(
            at -> at.done().map(done -> done.terminal() == Steps.Terminal.SERVING).orElse(false))
        .flatMap(RollbackRecords::intent)
        .filter(intent -> !isOf(intent.request(), prediction))
        .filter(intent -> intent.undoes().isEmpty() && intent.time().isAfter(prediction.onset()))
        .map(intent -> intent.correlation());
  }

  /// The very same prediction, delivered again, goes on with its own rollback.
  private static boolean isOf(Optional<String> request, Prediction prediction) {
    return request.map(one -> one.startsWith(prediction.eventId() + "/")).orElse(false);
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
