package dev.gnomon.local.cli;

import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.prediction.FailureTraining;
import dev.gnomon.core.prediction.FailureTraining.Trained;
import dev.gnomon.core.prediction.ModelContent;
import dev.gnomon.core.prediction.ModelShelf;
import dev.gnomon.core.prediction.RampModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `models train`: trains a challenger, lets it fight the champion, and puts it on the shelf.
@Command(
    name = "train",
    description = {
      "Trains a model on simulated incidents and lets it fight the one that serves on others of them;",
      "it serves from then on if it wins. Takes minutes."
    },
    mixinStandardHelpOptions = true)
final class ModelsTrain implements Runnable {
  private static final int RUNS = 1_600;
  private static final int SEEDS = 1_000_000;

  private final Gnomon top;

  @Mixin private ModelStore store = new ModelStore();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "0 to 999999; the same one gives the same model. Default: any.")
  private @Nullable Long seed;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Simulated runs that are learnt from, 60 to 20000. Default: ${DEFAULT-VALUE}.")
  private int runs = RUNS;

  @Option(names = "--dry-run", description = "Shows the outcome and places nothing.")
  private boolean dryRun;

  @Option(names = "--write", paramLabel = "FILE", description = "Writes the model there, too.")
  private @Nullable Path write;

  ModelsTrain(Gnomon top) {
    this.top = top;
  }

  @Override
  public void run() {
    FailureTraining training =
        ServiceLoader.load(FailureTraining.class)
            .findFirst()
            .orElseThrow(() -> Failure.failed("training is not part of this build"));
    long chosen = seed == null ? new SecureRandom().nextInt(SEEDS) : seed;
    store.with(
        top,
        shelf -> {
          RampModel champion = shelf.models().serving().model();
          top.console
              .err()
              .println(
                  "training with seed %d on %d simulated runs; the champion is %s ..."
                      .formatted(chosen, runs, champion.name()));
          Trained trained = trained(training, chosen, champion);
          byte[] content = ModelContent.bytes(trained.form());
          if (write != null) {
            written(write, content);
          }
          Optional<Numbered<ModelShelf.Entry>> placed =
              dryRun
                  ? Optional.empty()
                  : Optional.of(
                      shelf
                          .models()
                          .place(
                              trained.form(),
                              trained.duel(),
                              "gnomon models train, seed " + chosen,
                              shelf.records().time()));
          show(trained, content, placed);
          return placed;
        });
  }

  private Trained trained(FailureTraining training, long chosen, RampModel champion) {
    try {
      return training.train(chosen, runs, champion);
    } catch (IllegalArgumentException e) {
      throw Failure.wrongUse(String.valueOf(e.getMessage()));
    }
  }

  private static void written(Path file, byte[] content) {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException("'%s' can't be written: %s".formatted(file, e), e);
    }
  }

  private static boolean serves(Optional<Numbered<ModelShelf.Entry>> placed) {
    return placed.filter(one -> one.record().duel().won()).isPresent();
  }

  private void show(Trained trained, byte[] content, Optional<Numbered<ModelShelf.Entry>> placed) {
    Optional<String> name = placed.map(one -> ModelShelf.name(one.number()));
    if (top.console.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      name.ifPresent(given -> json.put("name", given));
      json.put("sha256", ModelContent.hash(content).value());
      json.put("serves", serves(placed));
      json.put("duel", trained.duel());
      json.put("trainedOn", trained.form().trainedOn());
      json.put("quality", trained.form().quality());
      top.console.value(json);
      return;
    }
    ModelsShow.duel(top.console, trained.duel());
    top.console.line("SHA-256 " + ModelContent.hash(content).value());
    top.console.line(
        name.map(given ->
                serves(placed)
                    ? given + " serves within a minute."
                    : trained.duel().won()
                        ? given
                            + " is on the shelf and does not serve: meanwhile another model began to. Train again to fight that one."
                        : given + " is on the shelf and does not serve.")
            .orElse("Nothing was placed."));
  }
}
