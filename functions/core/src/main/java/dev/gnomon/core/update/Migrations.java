package dev.gnomon.core.update;

import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.shadow.PointKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Takes announcements that resources are about to be moved: each gets a fresh shadow at once.
/// `migrations/<key>` is written once, so the same announcement again asks for the same shadows.
public final class Migrations {
  private final ControlRecords records;

  public Migrations(ControlRecords records) {
    this.records = records;
  }

  /// What is announced.
  ///
  /// @param subject the resource or cell, as it was named
  /// @param resources those of the subject when it was first heard of
  /// @param startsAt when the move begins
  /// @param id chosen by whoever announces it
  public record Migration(
      String subject,
      List<ResourceName> resources,
      Instant startsAt,
      Optional<String> id,
      Optional<String> description,
      Instant time) {
    public Migration {
      resources = List.copyOf(resources);
    }

    private boolean isSame(Migration other) {
      return subject.equals(other.subject) && startsAt.equals(other.startsAt);
    }
  }

  /// @param eventId names the migration if it has no id
  /// @return a shadow a resource
  /// @throws Refusal if the id stands for another migration
  public List<Fact> announced(
      String subject,
      List<ResourceName> resources,
      Instant startsAt,
      Optional<String> id,
      Optional<String> description,
      String eventId) {
    String key = Answers.key(id.map(given -> "migration/" + given).orElse(eventId));
    Migration migration =
        new Migration(subject, resources, startsAt, id, description, records.time());
    Migration stands = records.create(ObjectName.of("migrations", key), migration).record();
    if (!stands.isSame(migration)) {
      throw new Refusal(
          "migration '%s' was announced before, of %s from %s on; another one needs another id"
              .formatted(id.orElse(eventId), stands.subject(), stands.startsAt()));
    }
    return stands.resources().stream()
        .<Fact>map(resource ->
            new Fact.ShadowWanted(
                ObjectName.of("migrations", key, "shadows", resource),
                resource,
                PointKind.MIGRATION,
                Optional.empty()))
        .toList();
  }
}
