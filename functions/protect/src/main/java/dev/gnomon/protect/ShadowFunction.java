package dev.gnomon.protect;

import dev.gnomon.core.automation.CollectGarbage;
import dev.gnomon.core.automation.ExpirePoints;
import dev.gnomon.core.automation.Intervals;
import dev.gnomon.core.automation.Pause;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.Answers.Answer;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.journal.FollowVersions;
import dev.gnomon.core.journal.ObserveWrites;
import dev.gnomon.core.replica.DropGenerations;
import dev.gnomon.core.replica.KeyHints;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.IntervalSlot;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.TakeShadow;
import dev.gnomon.core.shadow.TakeShadow.Wanted;
import dev.gnomon.events.BucketChanged;
import dev.gnomon.events.EventData;
import dev.gnomon.events.Outgoing;
import dev.gnomon.events.ShadowExpired;
import dev.gnomon.events.ShadowPartRequested;
import dev.gnomon.events.ShadowRequested;
import dev.gnomon.events.SweepDue;
import dev.gnomon.events.WritesObserved;
import dev.gnomon.runtime.Replies;
import dev.gnomon.runtime.gate.Gate;
import dev.gnomon.store.blobs.BlobFault;
import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import io.quarkus.funqy.knative.events.EventAttribute;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;

/// Takes shadows when they are asked for or due, and lets old points go.
public class ShadowFunction {
  private static final String PATH = "shadow";

  private final Catalogue catalogue;
  private final TakeShadow takeShadow;
  private final Intervals intervals;
  private final ExpirePoints expirePoints;
  private final DropGenerations dropGenerations;
  private final CollectGarbage garbage;
  private final ObserveWrites observeWrites;
  private final FollowVersions followVersions;
  private final KeyHints keyHints;
  private final OpenWork openWork;
  private final Pause pause;
  private final Answers answers;
  private final Replies replies;
  private final SweepLog log = new SweepLog();

  @Inject
  public ShadowFunction(
      Catalogue catalogue,
      TakeShadow takeShadow,
      Intervals intervals,
      ExpirePoints expirePoints,
      DropGenerations dropGenerations,
      CollectGarbage garbage,
      ObserveWrites observeWrites,
      FollowVersions followVersions,
      KeyHints keyHints,
      OpenWork openWork,
      Pause pause,
      Answers answers,
      Replies replies) {
    this.catalogue = catalogue;
    this.takeShadow = takeShadow;
    this.intervals = intervals;
    this.expirePoints = expirePoints;
    this.dropGenerations = dropGenerations;
    this.garbage = garbage;
    this.observeWrites = observeWrites;
    this.followVersions = followVersions;
    this.keyHints = keyHints;
    this.openWork = openWork;
    this.pause = pause;
    this.answers = answers;
    this.replies = replies;
  }

  @Funq("shadow-requested")
  @CloudEventMapping(
      trigger = ShadowRequested.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> requested(CloudEvent<ShadowRequested> event) {
    return replies.to(
        event,
        () ->
            pause.stops(PointKind.valueOf(event.data().kind().name()))
                ? List.of()
                : take(EventIdentity.of(event), event.data()));
  }

  @Funq("shadow-part-requested")
  @CloudEventMapping(
      trigger = ShadowPartRequested.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> part(CloudEvent<ShadowPartRequested> event) {
    return replies.to(
        event, () -> FactEvents.of(takeShadow.part(event.data().job(), event.data().part())));
  }

  @Funq("shadow-expired")
  @CloudEventMapping(
      trigger = ShadowExpired.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> expired(CloudEvent<ShadowExpired> event) {
    return replies.to(
        event,
        () -> {
          Resource resource = resource(event.data().resource());
          expirePoints.expire(
              resource,
              new CellName(event.data().cell()),
              event.data().points().stream().map(PointId::parse).toList());
          resource.shadows().stream().map(ShadowSpec::cell).distinct().forEach(this::collect);
          return List.of();
        });
  }

  @Funq("writes-observed")
  @CloudEventMapping(
      trigger = WritesObserved.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> observed(CloudEvent<WritesObserved> event) {
    return replies.to(
        event,
        () -> {
          observeWrites.observed(
              new ResourceName(event.data().resource()),
              ObservedTransactions.of(event.source(), event.data().transactions()));
          return List.of();
        });
  }

  @Funq("bucket-changed")
  @CloudEventMapping(
      trigger = BucketChanged.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> changed(CloudEvent<BucketChanged> event) {
    return replies.to(
        event,
        () -> {
          BucketHints.give(event.data(), followVersions::notified, keyHints::notified);
          return List.of();
        });
  }

  @Funq("shadow-sweep-due")
  @CloudEventMapping(
      trigger = SweepDue.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> sweep(CloudEvent<SweepDue> event) {
    return replies.to(event, this::sweep);
  }

  private List<Outgoing> take(String eventId, ShadowRequested wanted) {
    try {
      Resource resource = resource(wanted.resource());
      return FactEvents.of(
          takeShadow.take(
              new Wanted(
                  resource.name(),
                  PointKind.valueOf(wanted.kind().name()),
                  wanted.updateId().map(UpdateId::new),
                  eventId,
                  wanted.slot().map(IntervalSlot::parse))));
    } catch (Refusal refusal) {
      answers.give(eventId, Answer.refused("shadow", String.valueOf(refusal.getMessage())));
      throw refusal;
    }
  }

  private List<Outgoing> sweep() {
    List<Fact> facts = new ArrayList<>();
    log.attempt("interval shadows", () -> facts.addAll(intervals.due()));
    for (String job : openWork.open(OpenWork.Kind.JOBS)) {
      log.attempt("job " + job, () -> facts.addAll(takeShadow.resume(job)));
    }
    List<String> marked = new ArrayList<>();
    log.attempt("marked prefixes", () -> marked.addAll(followVersions.marked()));
    for (Resource resource : catalogue.resources()) {
      log.attempt("versions of " + resource.name(), () -> followVersions.due(resource, marked));
      log.attempt("journal of " + resource.name(), () -> observeWrites.upkeep(resource));
      log.attempt("generations of " + resource.name(), () -> dropGenerations(resource));
      log.attempt("expiry of " + resource.name(), () -> facts.addAll(expirePoints.due(resource)));
    }
    for (CellName cell : garbage.cells()) {
      log.attempt("the garbage of " + cell, () -> garbage.collectIfDue(cell));
    }
    return FactEvents.of(facts);
  }

  /// Asking again does not mend a damaged point; other faults are tried again with the event.
  private void collect(CellName cell) {
    try {
      garbage.collect(cell);
    } catch (DamagedPointException | BlobFault e) {
      log.waits("the garbage of " + cell, String.valueOf(e.getMessage()));
    }
  }

  private void dropGenerations(Resource resource) {
    List<String> failed =
        dropGenerations.execute(resource, dropGenerations.plan(resource)).failed();
    if (!failed.isEmpty()) {
      throw new IllegalStateException(String.join("; ", failed));
    }
  }

  private Resource resource(String name) {
    return catalogue
        .resource(new ResourceName(name))
        .orElseThrow(() -> new Refusal("unknown resource '" + name + "'"));
  }
}
