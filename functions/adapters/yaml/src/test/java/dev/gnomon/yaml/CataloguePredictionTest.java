package dev.gnomon.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.PredictionPolicy;
import dev.gnomon.yaml.CatalogueFile.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How predictions are declared, and mistakes in that.
class CataloguePredictionTest {
  private static final String CELLS = "cells: [{ name: east }, { name: west }]\n";

  @TempDir Path directory;

  private Loaded load(String yaml) throws IOException {
    return CatalogueFile.load(Files.writeString(directory.resolve("gnomon.yaml"), CELLS + yaml));
  }

  private PredictionPolicy policy(String yaml) throws IOException {
    return ((Loaded.Valid) load(yaml)).catalogue().policies().prediction();
  }

  @Test
  void whatIsNotSaidHasADefault() throws IOException {
    assertThat(policy("")).isEqualTo(PredictionPolicy.DEFAULT);
    assertThat(policy("prediction: { shadowAt: 0.5 }\n"))
        .isEqualTo(new PredictionPolicy(Duration.ofMinutes(30), 0.5));
    assertThat(policy("prediction: { horizon: 1h, shadowAt: 1 }\n"))
        .isEqualTo(new PredictionPolicy(Duration.ofHours(1), 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "horizon: 4m | expected 5m to 1h",
        "horizon: 61m | expected 5m to 1h",
        "horizon: soon | a duration",
        "shadowAt: 0 | a number above 0 and at most 1",
        "shadowAt: 1.5 | a number above 0 and at most 1",
        "shadow: 0.5 | did you mean 'shadowAt'?"
      })
  void aMistakeIsNamedWithItsLine(String mistake, String message) throws IOException {
    Loaded loaded = load("prediction:\n  " + mistake + "\n");

    assertThat(((Loaded.Invalid) loaded).errors())
        .anySatisfy(error -> {
          assertThat(error.line()).isEqualTo(3);
          assertThat(error.message()).contains(message);
        });
  }
}
