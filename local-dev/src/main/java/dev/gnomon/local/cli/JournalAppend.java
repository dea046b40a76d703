package dev.gnomon.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Appended;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.events.EventJson;
import dev.gnomon.events.EventSchemas;
import dev.gnomon.events.EventTypes;
import dev.gnomon.events.WritesObserved;
import dev.gnomon.protect.ObservedTransactions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `journal append`: takes transactions into the journal.
@Command(
    name = "append",
    description = {
      "Appends transactions, one JSON object a line, as the event writes-observed has them:",
      "{\"id\":\"t1\",\"time\":\"2026-03-01T10:00:00Z\",\"writes\":[{\"op\":\"put\",\"key\":\"a\",\"text\":\"1\"}]}"
    },
    mixinStandardHelpOptions = true)
final class JournalAppend implements Callable<Integer> {
  private static final int GROUP = 100;

  /// What is in so many characters fits into one object, its index included.
  private static final int GROUP_CHARS = 4 << 20;

  private final Gnomon top;

  @Mixin private JournalPlace.One one = new JournalPlace.One();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Where the lines are (default: standard input).")
  private @Nullable Path file;

  @Option(
      names = "--source",
      paramLabel = "SOURCE",
      defaultValue = Event.SOURCE,
      description = "Whose ids they are (default: " + Event.SOURCE + ").")
  private String source = "";

  JournalAppend(Gnomon top) {
    this.top = top;
  }

  @Override
  public Integer call() throws IOException {
    JournalPlace place = one.place(top);
    if (place.prefix().isPresent()) {
      throw Failure.failed(
          "%s is a prefix of a bucket: its journal follows the versions there, nobody announces its writes"
              .formatted(place.name()));
    }
    Path from = file;
    long[] counts = new long[2];
    try (StoreUrl.Opened opened = place.make();
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    from == null ? System.in : Files.newInputStream(from),
                    StandardCharsets.UTF_8))) {
      Journal journal = place.journal(opened);
      EventSchemas schemas = new EventSchemas();
      List<Transaction> group = new ArrayList<>();
      int number = 0;
      long chars = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        Transaction next = transaction(schemas, place.name(), source, line, number);
        if (group.size() == GROUP || chars + line.length() > GROUP_CHARS) {
          append(journal, group, counts);
          chars = 0;
        }
        group.add(next);
        chars += line.length();
      }
      append(journal, group, counts);
      opened.stores().journals().upkeep(place.name()).run(place.rules());
      if (top.console.json()) {
        ObjectNode result = Json.MAPPER.createObjectNode();
        result.put("appended", counts[0]).put("repeated", counts[1]);
        top.console.value(result.put("newest", journal.position(new Moment.Newest())));
      }
      top.console.line(
          "appended %s; %d were there before"
              .formatted(Amounts.count(counts[0], "transaction", "transactions"), counts[1]));
    }
    return 0;
  }

  private static void append(Journal journal, List<Transaction> group, long[] counts) {
    List<Appended> outcomes = journal.append(group);
    for (int i = 0; i < outcomes.size(); i++) {
      String id = group.get(i).id();
      switch (outcomes.get(i)) {
        case Appended.At at -> counts[0]++;
        case Appended.Duplicate duplicate -> counts[1]++;
        case Appended.Early early ->
            throw Failure.failed(
                "transaction '%s' has to come after '%s', which is not there"
                    .formatted(id, early.awaited()));
        case Appended.Contradicts there ->
            throw Failure.failed(
                "transaction '%s' is at position %d with other writes"
                    .formatted(id, there.position()));
      }
    }
    group.clear();
  }

  private static Transaction transaction(
      EventSchemas schemas, ResourceName name, String source, String line, int number) {
    try {
      JsonNode node = Json.MAPPER.readTree(line);
      ObjectNode event = Json.MAPPER.createObjectNode();
      event.put("resource", name.value()).putArray("transactions").add(node);
      var violations =
          schemas.check(EventTypes.find(WritesObserved.TYPE).orElseThrow(), event.toString());
      if (!violations.isEmpty()) {
        throw Failure.failed("line %d: %s".formatted(number, violations.getFirst()));
      }
      WritesObserved observed = EventJson.MAPPER.treeToValue(event, WritesObserved.class);
      return ObservedTransactions.of(source, observed.transactions()).getFirst();
    } catch (JsonProcessingException e) {
      throw Failure.failed("line %d: %s".formatted(number, e.getOriginalMessage()));
    }
  }
}
