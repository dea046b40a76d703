package dev.gnomon.local.cli;

import static dev.gnomon.local.cli.ModelsList.number;

import dev.gnomon.core.prediction.Duel;
import dev.gnomon.core.prediction.ModelContent;
import dev.gnomon.core.prediction.ModelForm;
import dev.gnomon.core.prediction.ModelShelf;
import dev.gnomon.core.prediction.ModelShelf.Standing;
import dev.gnomon.core.prediction.PlainRule;
import dev.gnomon.core.prediction.ShippedModel;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `models show`: all that a model is, and how it was judged.
@Command(
    name = "show",
    description = "Shows a model: what it learnt from, how good it was, and all its numbers.",
    mixinStandardHelpOptions = true)
final class ModelsShow implements Runnable {
  private final Gnomon top;

  @Mixin private ModelStore store = new ModelStore();

  @Parameters(
      paramLabel = "NAME",
      description = "As 'gnomon models list' shows it, or the shipped one, or plain-rule-1.")
  private String name = "";

  ModelsShow(Gnomon top) {
    this.top = top;
  }

  private record Found(ModelContent.Read content, Optional<ModelShelf.Entry> entry) {}

  @Override
  public void run() {
    Found found = found();
    ModelForm form =
        switch (found.content) {
          case ModelContent.Read.Whole(ModelForm whole) -> whole;
          case ModelContent.Read.Refused(String why) -> throw Failure.failed(why);
        };
    if (top.console.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", name);
      found.entry.ifPresent(entry -> json.put("entry", entry));
      json.put("model", form);
      top.console.value(json);
      return;
    }
    found.entry.ifPresent(this::placed);
    learnt(form);
    numbers(form);
  }

  private Found found() {
    if (name.equals(ShippedModel.NAME)) {
      return new Found(ShippedModel.read(), Optional.empty());
    }
    if (name.equals(PlainRule.NAME)) {
      return new Found(new ModelContent.Read.Whole(PlainRule.MODEL.form()), Optional.empty());
    }
    return store.with(
        top,
        shelf -> {
          Standing standing =
              shelf.models().all().stream()
                  .filter(one -> one.name().equals(name))
                  .findFirst()
                  .orElseThrow(() ->
                      Failure.failed(
                          "there is no model '%s': 'gnomon models list' lists them"
                              .formatted(name)));
          if (standing.entry().isEmpty()) {
            throw Failure.failed(standing.unreadable());
          }
          return new Found(shelf.models().read(standing.number()).orElseThrow(), standing.entry());
        });
  }

  private void placed(ModelShelf.Entry entry) {
    top.console.line(
        "%s, placed %s by %s, SHA-256 %s"
            .formatted(name, Amounts.time(entry.at()), entry.by(), entry.content()));
    duel(top.console, entry.duel());
    top.console.line("");
  }

  /// How a challenger did.
  static void duel(Console console, Duel duel) {
    console.line(
        "%s %s on %d runs held back (%s):"
            .formatted(
                duel.won() ? "Beat" : "Did not beat",
                duel.champion(),
                duel.runs(),
                duel.sha256().substring(0, Math.min(12, duel.sha256().length()))));
    Table table = new Table("", "BRIER", "RECALL AT ONE FALSE ALARM A WEEK");
    table.row("it", number(duel.challengerBrier()), number(duel.challengerRecall()));
    table.row(duel.champion(), number(duel.championBrier()), number(duel.championRecall()));
    table.print(console, "  ");
    console.line("  gain with 95 % confidence: at least " + number(duel.leastGain()));
  }

  private void learnt(ModelForm form) {
    ModelForm.TrainedOn from = form.trainedOn();
    top.console.line("Learnt from " + from.data());
    if (from.rows() > 0) {
      top.console.line(
          "  %d rows with %d failures, seed %d, %s, SHA-256 %s"
              .formatted(
                  from.rows(), from.incidents(), from.seed(), from.trainer(), from.sha256()));
    }
    ModelForm.Quality quality = form.quality();
    if (quality.rows() > 0) {
      top.console.line(
          "Measured on %d other rows with %d failures, %d minutes ahead:"
              .formatted(quality.rows(), quality.incidents(), quality.horizonSeconds() / 60));
      Table table = new Table("", "BRIER");
      table.row("it", number(quality.brier()));
      table.row("plain rule", number(quality.plainBrier()));
      table.row("share of failures, always", number(quality.baseBrier()));
      table.print(top.console, "  ");
      top.console.line(
          String.format(
              Locale.ROOT,
              "  recall at one false alarm a week %.2f, median lead %.1f min, distance between said and seen %.4f",
              quality.recall(),
              quality.leadSeconds() / 60,
              quality.calibrationError()));
    }
  }

  private void numbers(ModelForm form) {
    top.console.line("");
    Table horizons = new Table("WITHIN", "LOG-ODDS WITHOUT ANY SIGN");
    form.horizons()
        .forEach(horizon -> horizons.row(horizon.seconds() + " s", number(horizon.constant())));
    horizons.print(top.console, "");
    top.console.line("");
    Table ramps = new Table("FEATURE", "FROM", "TO", "ADDS TO THE LOG-ODDS");
    form.ramps()
        .forEach(ramp ->
            ramps.row(
                ramp.feature(), number(ramp.from()), number(ramp.to()), number(ramp.weight())));
    ramps.print(top.console, "");
  }
}
