package dev.gnomon.core.automation;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.actuators.Notifier;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.FirstRoutes;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.core.update.UpdateRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Decides what follows from a prediction, a machine's request, a failed update or a lost
/// heartbeat. Off until trusted: a resource says how far automation may go, `pause` stops it, and
/// it acts only where the old primary can be fenced. Each decision is stored once and told; the
/// same trigger again finds it.
public final class Automation {
  private final Catalogue catalogue;
  private final ControlRecords records;
  private final Targets targets;
  private final Judge judge;
  private final DecisionRecords decisions;
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
    this.judge = new Judge(records, rollbacks, firstRoutes, fence, pause);
    this.decisions = new DecisionRecords(records, notifier);
    this.targets = new Targets(catalogue, records, firstRoutes);
    this.dealtWith = new DealtWith(records, firstRoutes);
  }

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
        new Question(
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
                        .flatMap(resource ->
                            dealtWith
                                .since(resource, onset, newest(demand), demand.eventId())
                                .stream())
                        .findFirst())));
  }

  /// Time of the newest point from before the trouble, as far as anybody knows: where the onset is
  /// only assumed, a point from between it and what was noticed may be good.
  private Instant newest(Demand demand) {
    return demand.request().target() instanceof Target.OfResource && demand.request().to().isEmpty()
        ? demand
            .noticed()
            .or(demand::onset)
            .map(known -> known.minus(catalogue.clockTolerance()))
            .orElse(Instant.MAX)
        : Instant.MAX;
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
      resources.add(known(name));
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
            new Question(
                List.of(resource),
                prediction.eventId(),
                trigger,
                prediction.evidence(),
                OnFail.ROLLBACK,
                By.AUTOMATION,
                request,
                standsAgainst(resource, prediction)))
        .rollback();
  }

  /// Another place has been better than the one that serves for long enough. Merit says nothing
  /// against the content, so the newest suitable point is the one to go to. The same episode again
  /// finds its decision.
  ///
  /// @return the decision; its rollback is to be carried on by the caller
  /// @throws Refusal before anything is decided, if the catalogue has no such resource
  public Decision outranked(Outranked outranked) {
    ResourceName name = outranked.resource();
    Resource resource = known(name);
    String trigger =
        String.format(
            Locale.ROOT,
            "%s in %s (merit %.3f) is outranked by %s (merit %.3f) since %s",
            name,
            outranked.from(),
            outranked.fromMerit(),
            outranked.to(),
            outranked.toMerit(),
            outranked.since());
    RollbackRequest request =
        new RollbackRequest(
            new Target.OfResource(name),
            Optional.empty(),
            Optional.empty(),
            false,
            By.AUTOMATION,
            trigger,
            Optional.empty(),
            Optional.of(outranked.episode() + "/" + name));
    return decide(
        new Question(
            List.of(resource),
            outranked.episode(),
            trigger,
            outranked.evidence(),
            OnFail.ROLLBACK,
            By.AUTOMATION,
            request,
            dealtWith.since(resource, outranked.since(), outranked.episode())));
  }

  private Resource known(ResourceName name) {
    return catalogue
        .resource(name)
        .orElseThrow(() -> new Refusal("unknown resource '" + name + "'"));
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
            new Question(
                members,
                by + "/" + key,
                trigger,
                List.of(reason),
                wanted,
                by,
                request,
                Optional.empty()))
        .rollback();
  }

  private Decision decide(Question question) {
    ObjectName name = DecisionRecords.name(question.members().getFirst().name(), question.key());
    Decision decision =
        decisions
            .read(name)
            .orElseGet(() -> {
              Judge.Judgement judgement = judge.of(question);
              return decisions.create(
                  name,
                  new Decision(
                      question.members().getFirst().name(),
                      question.trigger(),
                      question.evidence(),
                      judgement.action(),
                      judgement.reason(),
                      judgement.rollback(),
                      records.time()));
            });
    decisions.tell(name, decision, question.wanted());
    return decision;
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
}
