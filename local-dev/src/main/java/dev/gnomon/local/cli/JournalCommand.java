package dev.gnomon.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.catalogue.Limits;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.journal.Appended;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.JournalUpkeep;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.Replay;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.events.EventJson;
import dev.gnomon.events.EventSchemas;
import dev.gnomon.events.EventTypes;
import dev.gnomon.events.WritesObserved;
import dev.gnomon.protect.ObservedTransactions;
import dev.gnomon.store.journal.DirectoryTarget;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `journal status | list | show | begin | append | upload | restore | undo | upkeep`: the journal
/// of a resource with a transactional shadow, by gnomon.yaml or, with `--store`, without it.
@Command(
    name = "journal",
    description = "Works on the journal of a resource; with --store without a catalogue.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel =
        "(status | list | show | begin | append | upload | restore | undo | upkeep)")
final class JournalCommand implements Runnable {
  private static final int GROUP = 100;

  /// What is in so many characters fits into one object, its index included.
  private static final int GROUP_CHARS = 4 << 20;

  private static final String CELL = "If several cells have one.";
  private static final String NAME = "The resource.";

  private final Gnomon top;

  JournalCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public void run() {
    throw Failure.wrongUse(
        "which of status, list, show, begin, append, upload, restore, undo, upkeep?");
  }

  @Command(name = "status", description = "What there is of it.", mixinStandardHelpOptions = true)
  void status(
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Option(names = "--cell", paramLabel = "NAME", description = CELL) @Nullable String cell,
      @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
          @Nullable String store) {
    JournalPlace place = JournalPlace.of(top, name, store, cell);
    try (StoreUrl.Opened opened = place.open()) {
      JournalView.status(
          top.console,
          journal(opened, place).status(),
          place.prefix().isPresent(),
          JournalOfPrefix.following(top, place));
    }
  }

  @Command(
      name = "list",
      description = "Transactions, in the order of the journal.",
      mixinStandardHelpOptions = true)
  void list(
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Option(
              names = "--after",
              paramLabel = "POSITION",
              description = "Only later ones (default: the last so many).")
          @Nullable Long after,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "50",
              description = "At most so many (default: 50).")
          int limit,
      @Option(names = "--cell", paramLabel = "NAME", description = CELL) @Nullable String cell,
      @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
          @Nullable String store) {
    if (limit < 1) {
      throw Failure.wrongUse("--limit is at least 1");
    }
    JournalPlace place = JournalPlace.of(top, name, store, cell);
    try (StoreUrl.Opened opened = place.open()) {
      Journal journal = journal(opened, place);
      long from =
          after == null ? Math.max(0, journal.position(new Moment.Newest()) - limit) : after;
      JournalView.list(top.console, journal.entries(from, limit));
    }
  }

  @Command(
      name = "show",
      description = "The writes of one transaction.",
      mixinStandardHelpOptions = true)
  void show(
      @Parameters(index = "0", paramLabel = "NAME", description = NAME) String name,
      @Parameters(index = "1", paramLabel = "TRANSACTION", description = "Its id or position.")
          String transaction,
      @Option(names = "--cell", paramLabel = "NAME", description = CELL) @Nullable String cell,
      @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
          @Nullable String store) {
    JournalPlace place = JournalPlace.of(top, name, store, cell);
    try (StoreUrl.Opened opened = place.open()) {
      Journal journal = journal(opened, place);
      JournalEntry entry =
          journal
              .find(transaction)
              .or(() -> atPosition(journal, transaction))
              .orElseThrow(() ->
                  Failure.failed(
                      "the journal of %s has no transaction '%s'".formatted(name, transaction)));
      JournalView.show(top.console, entry);
    }
  }

  private static Optional<JournalEntry> atPosition(Journal journal, String text) {
    if (!text.matches("[1-9][0-9]{0,17}")) {
      return Optional.empty();
    }
    long position = Long.parseLong(text);
    return journal.entries(position - 1, 1).stream()
        .filter(entry -> entry.position() == position)
        .findFirst();
  }

  @Command(
      name = "begin",
      description = "Begins it on the files of a rollback point of the same store.",
      mixinStandardHelpOptions = true)
  void begin(
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Option(
              names = "--point",
              required = true,
              paramLabel = "POINT",
              description = "Such as site@7.")
          String point,
      @Option(names = "--cell", paramLabel = "NAME", description = CELL) @Nullable String cell,
      @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
          @Nullable String store) {
    PointId id = PointId.parse(Names.checked(point, PointId::parse));
    JournalPlace place = JournalPlace.of(top, name, store, cell);
    try (StoreUrl.Opened opened = place.open()) {
      Journal journal = journal(opened, place);
      journal.begin(id);
      JournalView.status(top.console, journal.status(), false, Optional.empty());
    }
  }

  @Command(
      name = "append",
      description = {
        "Appends transactions, one JSON object a line, as the event writes-observed has them:",
        "{\"id\":\"t1\",\"time\":\"2026-03-01T10:00:00Z\",\"writes\":[{\"op\":\"put\",\"key\":\"a\",\"text\":\"1\"}]}"
      },
      mixinStandardHelpOptions = true)
  void append(
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Option(
              names = "--file",
              paramLabel = "FILE",
              description = "Where the lines are (default: standard input).")
          @Nullable Path file,
      @Option(
              names = "--source",
              paramLabel = "SOURCE",
              defaultValue = Event.SOURCE,
              description = "Whose ids they are (default: " + Event.SOURCE + ").")
          String source,
      @Option(names = "--cell", paramLabel = "NAME", description = CELL) @Nullable String cell,
      @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
          @Nullable String store)
      throws IOException {
    JournalPlace place = JournalPlace.of(top, name, store, cell);
    if (place.prefix().isPresent()) {
      throw Failure.failed(
          "%s is a prefix of a bucket: its journal follows the versions there, nobody announces its writes"
              .formatted(name));
    }
    long[] counts = new long[2];
    try (StoreUrl.Opened opened = place.make();
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    file == null ? System.in : Files.newInputStream(file),
                    StandardCharsets.UTF_8))) {
      Journal journal = journal(opened, place);
      EventSchemas schemas = new EventSchemas();
      List<Transaction> group = new ArrayList<>();
      int number = 0;
      long chars = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        Transaction next = transaction(schemas, name, source, line, number);
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
      EventSchemas schemas, String name, String source, String line, int number) {
    try {
      JsonNode node = Json.MAPPER.readTree(line);
      ObjectNode event = Json.MAPPER.createObjectNode();
      event.put("resource", name).putArray("transactions").add(node);
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

  @Command(
      name = "upload",
      description = "Puts a file into the store, and prints what a write refers to it by.",
      mixinStandardHelpOptions = true)
  void upload(
      @Parameters(index = "0", paramLabel = "NAME", description = NAME) String name,
      @Parameters(index = "1", paramLabel = "FILE") Path file,
      @Option(names = "--cell", paramLabel = "NAME", description = CELL) @Nullable String cell,
      @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
          @Nullable String store)
      throws IOException {
    JournalPlace place = JournalPlace.of(top, name, store, cell);
    try (StoreUrl.Opened opened = place.make();
        InputStream in = Files.newInputStream(file)) {
      Content.Stored stored = journal(opened, place).upload(in);
      if (top.console.json()) {
        ObjectNode result = Json.MAPPER.createObjectNode();
        top.console.value(result.put("upload", stored.reference()).put("size", stored.size()));
      }
      top.console.line(
          "\"upload\":\"%s\",\"size\":%d".formatted(stored.reference(), stored.size()));
    }
  }

  @Command(
      name = "restore",
      description = "Makes a directory equal to a moment of the journal.",
      mixinStandardHelpOptions = true)
  void restore(
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Option(names = "--at", paramLabel = "TIME", description = "Such as 2026-03-01T10:00:00Z.")
          @Nullable String at,
      @Option(
              names = "--transaction",
              paramLabel = "ID",
              description = "With it and all before it.")
          @Nullable String transaction,
      @Option(names = "--position", paramLabel = "N", description = "As journal list shows it.")
          @Nullable Long position,
      @Option(
              names = "--to",
              required = true,
              paramLabel = "PLACE",
              description = {
                "A directory, made if not there; or s3+http(s)://host[:port]/bucket[/prefix]",
                "for the journal of a prefix, which may be the prefix itself."
              })
          String to,
      @Option(
              names = "--of",
              paramLabel = "ADDRESS",
              description = "With --store: the prefix that it is the journal of.")
          @Nullable String of,
      @Option(names = "--dry-run", description = "Shows what would be done and does nothing.")
          boolean dryRun,
      @Option(
              names = "--allow-deletes",
              description = "Lets it delete more than 20 %% of the files that are in DIR now.")
          boolean allowDeletes,
      @Option(names = "--cell", paramLabel = "NAME", description = CELL) @Nullable String cell,
      @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
          @Nullable String store)
      throws IOException {
    Moment moment = moment(at, transaction, position);
    JournalPlace place = JournalPlace.of(top, name, store, cell);
    if (S3Prefix.isAddress(to)) {
      try (StoreUrl.Opened opened = place.open()) {
        new JournalOfPrefix(top, place, prefix(place, of == null ? to : of), opened)
            .restore(moment, address(to), dryRun, allowDeletes);
      }
      return;
    }
    Path directory = Path.of(to).toAbsolutePath().normalize();
    place
        .resource()
        .filter(resource -> resource.location().toString().equals(directory.toString()))
        .ifPresent(resource -> {
          throw Failure.wrongUse(
              "'%s' is where %s lives: journal undo takes its last writes back there"
                  .formatted(directory, name));
        });
    long start = System.nanoTime();
    try (StoreUrl.Opened opened = place.open()) {
      opened.requireApart(Place.of(directory));
      Replay replay = opened.stores().journals().replay(place.name());
      long wanted = journal(opened, place).position(moment);
      if (dryRun && !Files.exists(directory)) {
        throw Failure.failed("there is no directory '%s' to compare with".formatted(directory));
      }
      Files.createDirectories(directory);
      DirectoryTarget target = target(directory);
      Replay.Plan plan =
          replay.plan(
              wanted,
              target,
              step -> {
                if (dryRun) {
                  JournalView.step(top.console, step);
                }
              });
      if (!dryRun) {
        refuseDeletes(plan, directory, allowDeletes);
        replay.restore(wanted, target);
      }
      JournalView.restored(top.console, place.name(), directory.toString(), plan, dryRun, start);
    }
  }

  private static void refuseDeletes(Replay.Plan plan, Path directory, boolean allowDeletes) {
    if (!allowDeletes && plan.deletePercent() > Limits.DEFAULT.maxDeletePercent()) {
      throw Failure.failed(
          "it would delete %d of the %d files in '%s', more than %d %%: look with --dry-run, then --allow-deletes"
              .formatted(
                  plan.deletes(), plan.present(), directory, Limits.DEFAULT.maxDeletePercent()));
    }
  }

  @Command(
      name = "undo",
      description = {
        "Takes the last writes back where they were made; touches only the keys that they wrote.",
        "Whole transactions are undone. Hold the writers: an undo fences nothing."
      },
      mixinStandardHelpOptions = true)
  void undo(
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Option(names = "--last", paramLabel = "N", description = "At least so many writes.")
          @Nullable Long last,
      @Option(
              names = "--before",
              paramLabel = "ID",
              description = "This transaction and all after it.")
          @Nullable String before,
      @Option(names = "--after", paramLabel = "POSITION", description = "All after this position.")
          @Nullable Long after,
      @Option(
              names = "--in",
              paramLabel = "PLACE",
              description = {
                "The directory (default: the primary of the running stack), or, with --store, the",
                "address of the prefix that it is the journal of."
              })
          @Nullable String in,
      @Option(names = "--dry-run", description = "Shows what would be done and does nothing.")
          boolean dryRun,
      @Option(names = "--cell", paramLabel = "NAME", description = CELL) @Nullable String cell,
      @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
          @Nullable String store) {
    if ((last == null ? 0 : 1) + (before == null ? 0 : 1) + (after == null ? 0 : 1) != 1) {
      throw Failure.wrongUse("expected one of --last N, --before ID and --after POSITION");
    }
    JournalPlace place = JournalPlace.of(top, name, store, cell);
    if (place.prefix().isPresent() || (in != null && S3Prefix.isAddress(in))) {
      if (in != null && place.prefix().isPresent()) {
        throw Failure.wrongUse("--in is not for a resource that is a prefix of a bucket");
      }
      try (StoreUrl.Opened opened = place.open()) {
        new JournalOfPrefix(top, place, prefix(place, in), opened)
            .undo(replay -> target(opened, place, replay, last, before, after), dryRun);
      }
      return;
    }
    Path directory = place.live(top, in == null ? null : Path.of(in));
    long start = System.nanoTime();
    try (StoreUrl.Opened opened = place.open()) {
      opened.requireApart(Place.of(directory));
      Replay replay = opened.stores().journals().replay(place.name());
      long to = target(opened, place, replay, last, before, after);
      DirectoryTarget target = target(directory);
      Replay.UndoPlan plan;
      if (dryRun) {
        plan = replay.planUndo(to, target, step -> JournalView.step(top.console, step));
      } else {
        plan = undone(replay, to, target, name);
      }
      JournalView.undone(top.console, place.name(), plan, dryRun, start);
    }
  }

  /// The position that an undo goes back to.
  private static long target(
      StoreUrl.Opened opened,
      JournalPlace place,
      Replay replay,
      @Nullable Long last,
      @Nullable String before,
      @Nullable Long after) {
    if (last != null) {
      return replay.beforeLast(last);
    }
    Moment moment =
        before != null
            ? new Moment.Before(before)
            : new Moment.Position(java.util.Objects.requireNonNull(after));
    return journal(opened, place).position(moment);
  }

  /// The prefix that a journal is of: as the catalogue says, or a person.
  private static S3Prefix prefix(JournalPlace place, @Nullable String named) {
    return place
        .prefix()
        .orElseGet(() -> {
          if (place.resource().isPresent() || named == null) {
            throw Failure.wrongUse(
                "the journal of %s is not one of a prefix".formatted(place.name()));
          }
          return address(named);
        });
  }

  private static S3Prefix address(String text) {
    try {
      return S3Prefix.of(text);
    } catch (IllegalArgumentException e) {
      throw Failure.wrongUse("'%s': %s".formatted(text, e.getMessage()));
    }
  }

  /// The last writes are others once a part of the undo is in the journal: the position stays.
  private Replay.UndoPlan undone(Replay replay, long to, DirectoryTarget target, String name) {
    try {
      return replay.undo(to, target, "command").plan();
    } catch (RuntimeException e) {
      top.console.hint(
          "the undo is not finished: gnomon journal undo %s --after %d goes on with it"
              .formatted(name, to));
      throw e;
    }
  }

  @Command(
      name = "upkeep",
      description = "Seals, folds and deletes what is due; a running stack does it every minute.",
      mixinStandardHelpOptions = true)
  void upkeep(
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Option(names = "--cell", paramLabel = "NAME", description = CELL) @Nullable String cell,
      @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
          @Nullable String store) {
    JournalPlace place = JournalPlace.of(top, name, store, cell);
    try (StoreUrl.Opened opened = place.open()) {
      JournalUpkeep.Report report =
          opened.stores().journals().upkeep(place.name()).run(place.rules());
      if (top.console.json()) {
        top.console.value(report);
      }
      top.console.line(
          "sealed %s, deleted %s%s"
              .formatted(
                  Amounts.count(report.sealed(), "segment", "segments"),
                  Amounts.count(report.deleted(), "object", "objects"),
                  report.basePosition() > 0 ? ", made a base at " + report.basePosition() : ""));
    }
  }

  private static Moment moment(
      @Nullable String at, @Nullable String transaction, @Nullable Long position) {
    if ((at == null ? 0 : 1) + (transaction == null ? 0 : 1) + (position == null ? 0 : 1) != 1) {
      throw Failure.wrongUse("expected one of --at TIME, --transaction ID and --position N");
    }
    if (at != null) {
      try {
        return new Moment.Time(Instant.parse(at));
      } catch (DateTimeParseException e) {
        throw Failure.wrongUse("--at is a time such as 2026-03-01T10:00:00Z: '" + at + "'");
      }
    }
    return transaction != null
        ? new Moment.After(transaction)
        : new Moment.Position(java.util.Objects.requireNonNull(position));
  }

  private static DirectoryTarget target(Path directory) {
    return DirectoryTarget.of(directory, () -> UUID.randomUUID().toString());
  }

  private static Journal journal(StoreUrl.Opened opened, JournalPlace place) {
    return opened.stores().journals().of(place.name());
  }
}
