package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalUpkeep;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `journal begin | upload | upkeep`.
final class JournalChanges {
  private JournalChanges() {}

  /// Begins it on a point.
  @Command(
      name = "begin",
      description = "Begins it on the files of a rollback point of the same store.",
      mixinStandardHelpOptions = true)
  static final class Begin implements Runnable {
    private final Gnomon top;

    @Mixin private JournalPlace.One one = new JournalPlace.One();

    @Option(
        names = "--point",
        required = true,
        paramLabel = "POINT",
        description = "Such as site@7.")
    private String point = "";

    Begin(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      PointId id = PointId.parse(Names.checked(point, PointId::parse));
      JournalPlace place = one.place(top);
      try (StoreUrl.Opened opened = place.open()) {
        Journal journal = place.journal(opened);
        journal.begin(id);
        JournalView.status(top.console, journal.status(), false, Optional.empty());
      }
    }
  }

  /// Takes content that is too big to bring along.
  @Command(
      name = "upload",
      description = "Puts a file into the store, and prints what a write refers to it by.",
      mixinStandardHelpOptions = true)
  static final class Upload implements Callable<Integer> {
    private final Gnomon top;

    @Mixin private JournalPlace.One one = new JournalPlace.One();

    @Parameters(index = "1", paramLabel = "FILE")
    private Path file = Path.of("");

    Upload(Gnomon top) {
      this.top = top;
    }

    @Override
    public Integer call() throws IOException {
      JournalPlace place = one.place(top);
      try (StoreUrl.Opened opened = place.make();
          InputStream in = Files.newInputStream(file)) {
        Content.Stored stored = place.journal(opened).upload(in);
        if (top.console.json()) {
          ObjectNode result = Json.MAPPER.createObjectNode();
          top.console.value(result.put("upload", stored.reference()).put("size", stored.size()));
        }
        top.console.line(
            "\"upload\":\"%s\",\"size\":%d".formatted(stored.reference(), stored.size()));
      }
      return 0;
    }
  }

  /// Does what is due.
  @Command(
      name = "upkeep",
      description = "Seals, folds and deletes what is due; a running stack does it every minute.",
      mixinStandardHelpOptions = true)
  static final class Upkeep implements Runnable {
    private final Gnomon top;

    @Mixin private JournalPlace.One one = new JournalPlace.One();

    Upkeep(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      JournalPlace place = one.place(top);
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
  }
}
