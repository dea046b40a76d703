package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.prediction.ModelContent;
import dev.gnomon.core.prediction.ModelShelf;
import dev.gnomon.core.prediction.ModelShelf.Entry;
import dev.gnomon.core.prediction.ModelShelf.Standing;
import dev.gnomon.core.prediction.Serving;
import dev.gnomon.local.cli.Console.Style;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `models list`: which model serves, and why the others do not.
@Command(
    name = "list",
    description = "Lists trained models: which serves, and why the others do not.",
    mixinStandardHelpOptions = true)
final class ModelsList implements Runnable {
  private static final int MOST_SHOWN = 100;

  private final Gnomon top;

  @Mixin private ModelStore store = new ModelStore();

  ModelsList(Gnomon top) {
    this.top = top;
  }

  private record Row(String name, Optional<Entry> entry, boolean serves, String says) {}

  @Override
  public void run() {
    store.with(
        top,
        shelf -> {
          Serving serving = shelf.models().serving();
          List<Standing> all = shelf.models().all();
          List<Row> rows =
              all.subList(Math.max(0, all.size() - MOST_SHOWN), all.size()).stream()
                  .map(standing -> row(shelf.models(), standing, serving))
                  .toList();
          show(serving, rows, store.running(top));
          return rows.size();
        });
  }

  private static Row row(ModelShelf shelf, Standing standing, Serving serving) {
    boolean serves = standing.name().equals(serving.model().name());
    if (standing.entry().isEmpty()) {
      return new Row(standing.name(), Optional.empty(), false, standing.unreadable());
    }
    Entry entry = standing.entry().get();
    String says =
        !entry.duel().won()
            ? "did not beat " + entry.duel().champion()
            : switch (shelf.read(standing.number()).orElseThrow()) {
              case ModelContent.Read.Refused(String why) -> why;
              case ModelContent.Read.Whole whole -> serves ? "serves" : "gave way to a later one";
            };
    return new Row(standing.name(), Optional.of(entry), serves, says);
  }

  private void show(Serving serving, List<Row> rows, Optional<JsonNode> running) {
    if (top.console.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("serves", serving.model().name());
      json.put("refused", serving.refused());
      json.put("models", json(rows));
      running.ifPresent(stack -> json.put("stack", stack));
      top.console.value(json);
      return;
    }
    if (!rows.isEmpty()) {
      Table table = new Table("MODEL", "PLACED", "BY", "BRIER", "BEFORE", "RECALL", "STANDS");
      for (Row row : rows) {
        table.row(
            row.name(),
            row.entry().map(entry -> Amounts.time(entry.at())).orElse("-"),
            row.entry().map(Entry::by).orElse("-"),
            row.entry().map(entry -> number(entry.duel().challengerBrier())).orElse("-"),
            row.entry().map(entry -> number(entry.duel().championBrier())).orElse("-"),
            row.entry().map(entry -> number(entry.duel().challengerRecall())).orElse("-"),
            row.says());
        table.style(6, row.serves() ? Style.GOOD : Style.PLAIN);
      }
      table.print(top.console, "");
      top.console.line("");
    }
    top.console.line("%s serves.".formatted(serving.model().name()));
    serving.refused().forEach(why -> top.console.line(Style.BAD, why));
    running.ifPresent(this::running);
  }

  private void running(JsonNode stack) {
    top.console.line(
        String.format(
            Locale.ROOT,
            "The stack estimates by %s; %d outcomes of %s were seen, %.1f standard deviations from calibrated.",
            stack.path("estimates").asText(),
            stack.path("outcomes").asLong(),
            stack.path("model").asText(),
            stack.path("z").asDouble()));
    if (stack.path("drifted").asBoolean()) {
      top.console.line(
          Style.BAD,
          stack.path("model").asText()
              + " does not fit what happens here: the plain rule stands in.");
    }
    if (stack.has("away")) {
      top.console.line(Style.BAD, "The stack can't ask the shelf: " + stack.path("away").asText());
    }
  }

  private static List<Map<String, Object>> json(List<Row> rows) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Row row : rows) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", row.name());
      row.entry().ifPresent(entry -> one.put("entry", entry));
      one.put("serves", row.serves());
      one.put("stands", row.says());
      all.add(one);
    }
    return all;
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
