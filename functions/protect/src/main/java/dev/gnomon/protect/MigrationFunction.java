package dev.gnomon.protect;

import dev.gnomon.core.automation.Automation;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.Answers.Answer;
import dev.gnomon.core.control.Answers.Outcome;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.update.Migrations;
import dev.gnomon.events.EventData;
import dev.gnomon.events.MigrationAnnounced;
import dev.gnomon.events.Outgoing;
import dev.gnomon.runtime.Replies;
import dev.gnomon.runtime.gate.Gate;
import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import io.quarkus.funqy.knative.events.EventAttribute;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/// Has shadows taken of what is about to be moved.
public class MigrationFunction {
  private final Catalogue catalogue;
  private final Automation automation;
  private final Migrations migrations;
  private final Answers answers;
  private final Replies replies;

  @Inject
  public MigrationFunction(
      Catalogue catalogue,
      Automation automation,
      Migrations migrations,
      Answers answers,
      Replies replies) {
    this.catalogue = catalogue;
    this.automation = automation;
    this.migrations = migrations;
    this.answers = answers;
    this.replies = replies;
  }

  @Funq("shadow-migration-announced")
  @CloudEventMapping(
      trigger = MigrationAnnounced.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = "shadow"))
  public Uni<CloudEvent<EventData>> announced(CloudEvent<MigrationAnnounced> event) {
    return replies.to(event, () -> announce(EventIdentity.of(event), event.data()));
  }

  private List<Outgoing> announce(String eventId, MigrationAnnounced data) {
    try {
      var shadows =
          migrations.announced(
              data.resource().or(data::cell).orElseThrow(),
              resources(data),
              data.startsAt(),
              data.migration(),
              data.description(),
              eventId);
      answers.give(
          eventId,
          new Answer(Outcome.ACCEPTED, "migration", Optional.empty(), List.of(), Optional.empty()));
      return FactEvents.of(shadows);
    } catch (Refusal refusal) {
      answers.give(eventId, Answer.refused("migration", String.valueOf(refusal.getMessage())));
      throw refusal;
    }
  }

  private List<ResourceName> resources(MigrationAnnounced data) {
    if (data.resource().isPresent()) {
      ResourceName name = new ResourceName(data.resource().get());
      if (catalogue.resource(name).isEmpty()) {
        throw new Refusal("unknown resource '" + name + "'");
      }
      return List.of(name);
    }
    CellName cell = new CellName(data.cell().orElseThrow());
    if (catalogue.cell(cell).isEmpty()) {
      throw new Refusal("unknown cell '" + cell + "'");
    }
    return automation.servedFrom(cell);
  }
}
