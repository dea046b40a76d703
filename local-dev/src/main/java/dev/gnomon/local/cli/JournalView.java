package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.JournalStatus;
import dev.gnomon.core.journal.Replay.Plan;
import dev.gnomon.core.journal.Replay.Step;
import dev.gnomon.core.journal.Replay.UndoPlan;
import dev.gnomon.core.journal.Write;
import dev.gnomon.store.journal.Keys;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Journals for people and as JSON.
final class JournalView {
  private JournalView() {}

  static void list(Console console, List<JournalEntry> entries) {
    if (console.json()) {
      ArrayNode array = Json.MAPPER.createArrayNode();
      entries.forEach(entry -> array.add(json(entry, false)));
      console.value(array);
      return;
    }
    Table table = new Table("POSITION", "TIME", "WRITES", "KIND", "ID", "SOURCE");
    for (JournalEntry entry : entries) {
      table.row(
          Long.toString(entry.position()),
          entry.transaction().time() + (entry.late() ? " (late)" : ""),
          Integer.toString(entry.transaction().writes().size()),
          kind(entry),
          entry.transaction().id(),
          entry.transaction().source());
    }
    table.print(console, "");
  }

  static void show(Console console, JournalEntry entry) {
    if (console.json()) {
      console.value(json(entry, true));
      return;
    }
    console.line(
        "%d: %s of %s, %s, recorded %s%s"
            .formatted(
                entry.position(),
                entry.transaction().id(),
                entry.transaction().source(),
                entry.transaction().time(),
                entry.recorded(),
                entry.late() ? ", late" : ""));
    for (Write write : entry.transaction().writes()) {
      console.line(
          switch (write) {
            case Write.Put put ->
                "  put %s (%s)".formatted(Keys.display(put.key()), Amounts.bytes(size(put)));
            case Write.Delete delete -> "  delete " + Keys.display(delete.key());
          });
    }
  }

  /// @param ofPrefix whether it follows the versions of a bucket
  /// @param following how far, as the running stack says
  static void status(
      Console console, JournalStatus status, boolean ofPrefix, Optional<JsonNode> following) {
    if (console.json()) {
      ObjectNode json = Json.MAPPER.valueToTree(status);
      following.ifPresent(versions -> json.set("versions", versions));
      console.value(json);
      return;
    }
    following.ifPresentOrElse(
        versions -> following(console, versions),
        () -> {
          if (ofPrefix) {
            console.hint("no running stack says how far it follows the versions of its bucket");
          }
        });
    if (!status.begun()) {
      console.line("it has not begun");
      return;
    }
    console.line(
        "%s to position %d%s"
            .formatted(
                Amounts.count(status.newest(), "transaction", "transactions"),
                status.newest(),
                status.time().map(time -> ", " + time).orElse("")));
    console.line(
        "%s, %s with %s behind them"
            .formatted(
                Amounts.count(status.segments(), "segment", "segments"),
                Amounts.count(status.openBatches(), "batch", "batches"),
                Amounts.bytes(status.openBytes())));
    status
        .bases()
        .forEach(base ->
            console.line(
                "base at %d: %s, %s%s"
                    .formatted(
                        base.position(),
                        Amounts.count(base.keys(), "key", "keys"),
                        Amounts.bytes(base.bytes()),
                        base.from().map(point -> ", from " + point).orElse(""))));
    status.torn().ifPresent(why -> console.hint("cut short: " + why));
  }

  private static void following(Console console, JsonNode versions) {
    if (versions.hasNonNull("upTo")) {
      console.line(
          "complete up to %s, by the bucket's clock (%s ago); %s, %d of them too young"
              .formatted(
                  versions.path("upTo").asText(),
                  FollowView.seconds(Duration.parse(versions.path("lag").asText())),
                  Amounts.count(versions.path("listed").asLong(), "version", "versions"),
                  versions.path("waiting").asLong()));
    }
    if (versions.hasNonNull("problem")) {
      console.hint(versions.path("problem").asText());
    }
  }

  static void restored(
      Console console, ResourceName name, String to, Plan plan, boolean dryRun, long start) {
    if (console.json()) {
      console.value(plan);
    }
    console.line(
        "%s position %d of %s in %s: %d to write (%s), %d to delete, %d as they are (%s)"
            .formatted(
                dryRun ? "would restore" : "restored",
                plan.position(),
                name,
                to,
                plan.puts(),
                Amounts.bytes(plan.bytes()),
                plan.deletes(),
                plan.unchanged(),
                Waiting.since(start)));
  }

  static void undone(
      Console console, ResourceName name, UndoPlan plan, boolean dryRun, long start) {
    if (console.json()) {
      console.value(plan);
    }
    console.line(
        "%s %s (%s) after position %d of %s: %d written, %d deleted, %d as they were (%s)"
            .formatted(
                dryRun ? "would undo" : "undid",
                Amounts.count(plan.writes(), "write", "writes"),
                Amounts.count(plan.transactions(), "transaction", "transactions"),
                plan.to(),
                name,
                plan.puts(),
                plan.deletes(),
                plan.unchanged(),
                Waiting.since(start)));
    plan.drifted()
        .forEach(key ->
            console.hint(
                "in no transaction, %s: %s"
                    .formatted(dryRun ? "would be kept in one" : "kept in one now", key)));
  }

  static void step(Console console, Step step) {
    console.line(
        switch (step) {
          case Step.Put put ->
              "  %s %s (%s)"
                  .formatted(
                      put.isNew() ? "make" : "write",
                      Keys.display(put.key()),
                      Amounts.bytes(put.size()));
          case Step.Delete delete -> "  delete " + Keys.display(delete.key());
        });
  }

  private static ObjectNode json(JournalEntry entry, boolean writes) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("position", entry.position());
    json.put("id", entry.transaction().id());
    json.put("source", entry.transaction().source());
    json.put("time", entry.transaction().time().toString());
    json.put("recorded", entry.recorded().toString());
    json.put("kind", kind(entry));
    json.put("late", entry.late());
    if (!writes) {
      return json.put("writes", entry.transaction().writes().size());
    }
    ArrayNode array = json.putArray("writes");
    for (Write write : entry.transaction().writes()) {
      ObjectNode one = array.addObject();
      one.put("key", Keys.display(write.key()));
      write.version().ifPresent(version -> one.put("version", version));
      switch (write) {
        case Write.Put put -> one.put("op", "put").put("bytes", size(put));
        case Write.Delete delete -> one.put("op", "delete");
      }
    }
    return json;
  }

  private static long size(Write.Put put) {
    Content content = put.content();
    return content.size();
  }

  private static String kind(JournalEntry entry) {
    return entry.kind().name().toLowerCase(Locale.ROOT);
  }
}
