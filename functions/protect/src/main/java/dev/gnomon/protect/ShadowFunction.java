package dev.gnomon.protect;

import dev.gnomon.core.automation.ExpirePoints;
import dev.gnomon.core.automation.Intervals;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.Answers.Answer;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.replica.DropGenerations;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.TakeShadow;
import dev.gnomon.core.shadow.TakeShadow.Wanted;
import dev.gnomon.events.EventData;
import dev.gnomon.events.Outgoing;
import dev.gnomon.events.ShadowExpired;
import dev.gnomon.events.ShadowPartRequested;
import dev.gnomon.events.ShadowRequested;
import dev.gnomon.events.SweepDue;
import dev.gnomon.runtime.Replies;
import dev.gnomon.runtime.gate.Gate;
import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import io.quarkus.funqy.knative.events.EventAttribute;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/// Takes shadows when they are asked for or due, and lets old points go.
public class ShadowFunction {
  private static final Logger LOG = Logger.getLogger(ShadowFunction.class);
  private static final String PATH = "shadow";

  private final Catalogue catalogue;
  private final TakeShadow takeShadow;
  private final Intervals intervals;
  private final ExpirePoints expirePoints;
  private final DropGenerations dropGenerations;
  private final OpenWork openWork;
  private final Answers answers;
  private final ProtectSettings settings;
  private final Replies replies;

  @Inject
  public ShadowFunction(
      Catalogue catalogue,
      TakeShadow takeShadow,
      Intervals intervals,
      ExpirePoints expirePoints,
      DropGenerations dropGenerations,
      OpenWork openWork,
      Answers answers,
      ProtectSettings settings,
      Replies replies) {
    this.catalogue = catalogue;
    this.takeShadow = takeShadow;
    this.intervals = intervals;
    this.expirePoints = expirePoints;
    this.dropGenerations = dropGenerations;
    this.openWork = openWork;
    this.answers = answers;
    this.settings = settings;
    this.replies = replies;
  }

  @Funq("shadow-requested")
  @CloudEventMapping(
      trigger = ShadowRequested.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> requested(CloudEvent<ShadowRequested> event) {
    return replies.to(event, () -> take(EventIdentity.of(event), event.data()));
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
          expirePoints.collect(resource, settings.grace());
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
                  eventId)));
    } catch (Refusal refusal) {
      answers.give(eventId, Answer.refused("shadow", String.valueOf(refusal.getMessage())));
      throw refusal;
    }
  }

  private List<Outgoing> sweep() {
    List<Fact> facts = new ArrayList<>();
    for (String job : openWork.open(OpenWork.Kind.JOBS)) {
      attempt("job " + job, () -> facts.addAll(takeShadow.resume(job)));
    }
    for (Resource resource : catalogue.resources()) {
      attempt(
          "generations of " + resource.name(),
          () -> dropGenerations.execute(resource, dropGenerations.plan(resource)));
    }
    attempt("expiry", () -> facts.addAll(expirePoints.due()));
    facts.addAll(intervals.due());
    return FactEvents.of(facts);
  }

  /// What fails is tried again by the next sweep; it does not keep the others from being looked
  /// after.
  private static void attempt(String what, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.warnf("sweep: %s has to wait: %s", what, e.getMessage());
    }
  }

  private Resource resource(String name) {
    return catalogue
        .resource(new ResourceName(name))
        .orElseThrow(() -> new Refusal("unknown resource '" + name + "'"));
  }
}
