package dev.gnomon.core.automation;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.actuators.Notifier;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.Blame;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.FirstRoutes;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.update.UpdateRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  private final FirstRoutes firstRoutes;
  private final Targets targets;
  private final Judge judge;
  private final DecisionLog log;
  private final TellDecision telling;
  private final Predictions predictions;
  private final DealtWith dealtWith;
  private final Pause pause;
  private final FreshShadows freshShadows;

  public Automation(
      Catalogue catalogue,
      ControlRecords records,
      Rollbacks rollbacks,
      FirstRoutes firstRoutes,
      Fence fence,
      Pause pause,
      BlastRadius radius,
      CellStores stores,
      DecisionLog log,
      TellDecision.Links links,
      Notifier notifier) {
    this.catalogue = catalogue;
    this.records = records;
    this.pause = pause;
    this.judge = new Judge(records, rollbacks, firstRoutes, fence, pause, radius);
    this.firstRoutes = firstRoutes;
    this.log = log;
    this.telling = new TellDecision(records, notifier, links);
    this.targets = new Targets(catalogue, records, firstRoutes);
    this.dealtWith = new DealtWith(records);
    this.freshShadows =
        new FreshShadows(
            catalogue, records, firstRoutes, pause, stores, catalogue.policies().prediction());
    this.predictions =
        new Predictions(catalogue, records, rollbacks, dealtWith, new Weigh(catalogue, records));
  }

  /// Decides about a machine's request as about a prediction: once, and only as far as the
  /// resources and the pause switch let it. The same request again finds the decision. The limit on
  /// deletes binds automation, whatever the request says.
  ///
  /// @throws Refusal before anything is decided, if nothing of that name is known
  public Decision requested(Demand demand) {
    List<Resource> members = targets.of(demand.request().target());
    Map<ResourceName, Route> seen = routes(members);
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
                                .since(
                                    resource,
                                    at(seen, resource),
                                    onset,
                                    newest(demand),
                                    demand.eventId())
                                .stream())
                        .findFirst())),
        seen);
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
  /// @return shadows that are to be taken
  /// @throws Refusal before anything is decided, if the catalogue has no such resource
  public List<Fact> predicted(Prediction prediction, Consumer<String> goOn) {
    List<Resource> resources = new ArrayList<>();
    for (ResourceName name : prediction.resources()) {
      resources.add(known(name));
    }
    Faults faults = new Faults();
    Set<String> begun = new LinkedHashSet<>();
    List<Fact> wanted = new ArrayList<>();
    for (Resource resource : resources) {
      faults.keep(() -> {
        Map<ResourceName, Route> seen = routes(List.of(resource));
        Question question = predictions.question(prediction, resource, at(seen, resource));
        Decision decision = resumed(question, decide(question, seen), seen);
        decision.rollback().ifPresent(begun::add);
        freshShadows.after(prediction, resource, question, decision).ifPresent(wanted::add);
      });
    }
    begun.forEach(rollback -> faults.keep(() -> goOn.accept(rollback)));
    faults.raise();
    return wanted;
  }

  /// What came in a pause and is still said after it is judged anew, once for each resume, unless
  /// it is older than an approval may be: trouble that lasts keeps its identity.
  private Decision resumed(Question question, Decision made, Map<ResourceName, Route> seen) {
    if (made.action() != Decision.Action.PAUSED
        || made.time()
            .plus(catalogue.policies().decisions().approvals().expires())
            .isBefore(records.time())) {
      return made;
    }
    return pause
        .resumed()
        .map(time -> decide(question.as(question.key() + "/resumed-" + time.toEpochMilli()), seen))
        .orElse(made);
  }

  /// Another place has been better than the one that serves for long enough. Merit says nothing
  /// against the content, so the newest suitable point is the one to go to. The same episode again
  /// finds its decision; a later one of the same gap, if nothing has changed.
  ///
  /// @return the decision; its rollback is to be carried on by the caller
  /// @throws Refusal before anything is decided, if the catalogue has no such resource
  public Decision outranked(Outranked outranked) {
    ResourceName name = outranked.resource();
    Resource resource = known(name);
    Map<ResourceName, Route> seen = routes(List.of(resource));
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
            Optional.of(outranked.episode() + "/" + name),
            Optional.of(outranked.to()),
            Optional.of(Blame.PLACE));
    return decide(
        new Question(
            List.of(resource),
            outranked.episode(),
            trigger,
            outranked.evidence(),
            OnFail.ROLLBACK,
            By.AUTOMATION,
            request,
            dealtWith.since(resource, at(seen, resource), outranked.since(), outranked.episode()),
            Optional.of(outranked.since()),
            Optional.empty()),
        seen);
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
                Optional.empty()),
            routes(members))
        .rollback();
  }

  /// As they stand before anything is looked at: what is decided holds for these.
  private Map<ResourceName, Route> routes(List<Resource> members) {
    Map<ResourceName, Route> routes = new LinkedHashMap<>();
    members.forEach(resource -> routes.put(resource.name(), firstRoutes.of(resource)));
    return routes;
  }

  private Route at(Map<ResourceName, Route> seen, Resource resource) {
    return Optional.ofNullable(seen.get(resource.name())).orElseGet(() -> firstRoutes.of(resource));
  }

  /// @return this trigger's own decision, or an earlier one that stands
  private Decision decide(Question question, Map<ResourceName, Route> seen) {
    ResourceName resource = question.members().getFirst().name();
    ObjectName name = DecisionLog.name(resource, question.key());
    Optional<Decision> known = log.read(name);
    if (known.isEmpty()) {
      Judge.Judgement judgement = judge.of(question, seen);
      Decision made =
          new Decision(
              resource,
              question.trigger(),
              question.evidence(),
              judgement.action(),
              judgement.reason(),
              judgement.rollback(),
              records.time(),
              Optional.empty(),
              question.weighing(),
              Optional.empty());
      if (made.action() == Decision.Action.WAITS_FOR_APPROVAL) {
        made = made.asking(asked(question, seen));
      }
      Optional<Decision> stands = stands(question.onset(), made);
      if (stands.isPresent()) {
        return stands.get();
      }
      known = Optional.of(kept(question.key(), made));
    }
    telling.tell(name, known.get(), question.wanted());
    return known.get();
  }

  /// Of processes that judge the same at once the first one's decision stands; if another one began
  /// a rollback, that is a decision of its own, for people are told of everything that is done.
  private Decision kept(String key, Decision made) {
    Decision first = log.create(key, made);
    return made.rollback().isEmpty() || made.rollback().equals(first.rollback())
        ? first
        : log.create(key + "/" + made.rollback().get(), made);
  }

  /// The newest decision, if it was made since the trouble began and a new one would say the same:
  /// there is one record for each change of mind, not one for each sample.
  private Optional<Decision> stands(Optional<Instant> onset, Decision made) {
    return onset.flatMap(began ->
        log.newest(made.resource())
            .filter(last -> !last.time().isBefore(began) && last.sameMindAs(made))
            .filter(last ->
                last.asked().map(asked -> made.time().isBefore(asked.expires())).orElse(true)));
  }

  private Asked asked(Question question, Map<ResourceName, Route> seen) {
    return Asked.of(
        question.request(),
        seen.values().stream()
            .map(route -> new Asked.Standing(route.resource(), route.epoch()))
            .toList(),
        records.time().plus(catalogue.policies().decisions().approvals().expires()));
  }
}
