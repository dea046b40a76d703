package dev.gnomon.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.DecisionPolicy;
import dev.gnomon.core.catalogue.Priority;
import dev.gnomon.yaml.CatalogueFile.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How automation decides, as it is declared.
class CatalogueDecisionsTest {
  private static final String CELLS = "cells:\n  - name: east\n  - name: west\n";

  @TempDir Path directory;

  private Loaded load(String decisions) throws IOException {
    return CatalogueFile.load(
        Files.writeString(directory.resolve("gnomon.yaml"), CELLS + decisions));
  }

  private DecisionPolicy policy(String decisions) throws IOException {
    Loaded loaded = load(decisions);
    assertThat(loaded).isInstanceOf(Loaded.Valid.class);
    return ((Loaded.Valid) loaded).catalogue().policies().decisions();
  }

  @Test
  void whatIsNotSaidHasItsDefault() throws IOException {
    assertThat(policy("")).isEqualTo(DecisionPolicy.DEFAULT);
  }

  @Test
  void weightsAndPricesAreRead() throws IOException {
    DecisionPolicy policy =
        policy(
            """
            decisions:
              weights: { critical: 20, low: 0.5 }
              prices: { falseSwitch: 2m, lostWrites: 3, freshCopyUse: 1 }
            """);

    assertThat(policy.weight(Priority.CRITICAL)).isEqualTo(20);
    assertThat(policy.weight(Priority.HIGH)).isEqualTo(3);
    assertThat(policy.weight(Priority.LOW)).isEqualTo(0.5);
    assertThat(policy.prices().falseSwitch()).isEqualTo(Duration.ofMinutes(2));
    assertThat(policy.prices().lostWrites()).isEqualTo(3);
    assertThat(policy.prices().freshCopyUse()).isEqualTo(1);
    assertThat(policy.prices().reaction()).isEqualTo(Duration.ofMinutes(5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "weights: { critical: 0 } | above 0",
        "weights: { low: 2 } | decisions.weights.low must be above 0 and at most 1.0: 2.0",
        "prices: { lostWrites: -1 } | a number of 0 or more",
        "prices: { freshCopyUse: 2 } | a number from 0 to 1",
        "prices: { falseSwitch: soon } | soon"
      })
  void mistakesAreNamed(String said, String message) throws IOException {
    Loaded loaded = load("decisions:\n  " + said + "\n");

    assertThat(loaded).isInstanceOf(Loaded.Invalid.class);
    assertThat(((Loaded.Invalid) loaded).errors().toString()).contains(message);
  }
}
