package dev.gnomon.events;

import java.time.Instant;
import java.util.Optional;

/// A resource, or everything that is served from a cell, is about to be moved.
///
/// @param resource present exactly if `cell` is absent
/// @param startsAt when the move begins, or began
/// @param migration id chosen by the sender; the same id with other content is refused
/// @param description for people
public record MigrationAnnounced(
    Optional<String> resource,
    Optional<String> cell,
    Instant startsAt,
    Optional<String> migration,
    Optional<String> description)
    implements EventData {
  public static final String TYPE = "dev.gnomon.migration-announced.v1";

  public MigrationAnnounced {
    resource = Text.optional(resource);
    cell = Text.optional(cell);
    Text.required("startsAt", startsAt);
    migration = Text.optional(migration);
    description = Text.cut(description);
    Text.exactlyOne("resource", resource, "cell", cell);
  }

  @Override
  public Optional<String> subject() {
    return resource.or(() -> cell);
  }

  @Override
  public Optional<String> correlation() {
    return migration;
  }
}
