package dev.gnomon.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.MeritPolicy;
import dev.gnomon.core.catalogue.MeritWeights;
import dev.gnomon.yaml.CatalogueFile.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Merit as it is declared, and mistakes in that.
class CatalogueMeritTest {
  private static final String SITE =
      """
      cells: [{ name: east }, { name: west }]
      resources:
        - { name: site, kind: directory, cell: east, location: /srv/site, shadow: { cell: west }, objectives: { recoveryPoint: 5m } }
      """;

  @TempDir Path directory;

  private Loaded load(String text) throws IOException {
    Path file = directory.resolve("gnomon.yaml");
    Files.writeString(file, text);
    return CatalogueFile.load(file);
  }

  private Catalogue valid(String text) throws IOException {
    return ((Loaded.Valid) load(text)).catalogue();
  }

  @Test
  void withoutKeysTheDefaultsHold() throws IOException {
    assertThat(valid(SITE).policies().merit()).isEqualTo(MeritPolicy.DEFAULT);
    assertThat(valid(SITE).resources().getFirst().objectives().recoveryPoint())
        .contains(Duration.ofMinutes(5));
  }

  @Test
  void everyKeyIsRead() throws IOException {
    assertThat(
            valid(
                    SITE
                        + """
                        merit:
                          weights: { health: 2, latency: 0, freshness: 0.5, prediction: 1.25, cost: 5 }
                          halfLife: 1m
                          recovery: 2m
                          gap: 1
                          for: 30s
                          lagCap: 2h
                          block: { switches: 2, within: 10m }
                          returnWithin: 3h
                          return: { proves: 20m, departures: 5, within: 12h }
                        """)
                .policies()
                .merit())
        .isEqualTo(
            new MeritPolicy(
                new MeritWeights(2, 0, 0.5, 1.25, 5),
                Duration.ofMinutes(1),
                Duration.ofMinutes(2),
                1,
                Duration.ofSeconds(30),
                Duration.ofHours(2),
                2,
                Duration.ofMinutes(10),
                Duration.ofHours(3),
                Duration.ofMinutes(20),
                5,
                Duration.ofHours(12)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "merit: { gap: 0 }                          | a number above 0, at most 1, found the number 0",
        "merit: { gap: 1.5 }                        | a number above 0, at most 1, found the number 1.5",
        "merit: { weights: { health: -1 } }         | a number from 0 to 5, found the number -1",
        "merit: { weights: { health: 6 } }          | a number from 0 to 5, found the number 6",
        "merit: { block: { switches: 1 } }          | a whole number from 2 to 50, found the number 1",
        "merit: { return: { departures: 0 } }       | a whole number from 1 to 50, found the number 0",
        "merit: { return: { proves: 0s } }          | a duration above zero",
        "merit: { return: { proves: 2d } }          | expected merit.return.proves to be at most merit.return.within",
        "merit: { for: 0s }                         | a duration above zero",
        "merit: { recovery: 9m }                    | recovery of at least twice the halfLife",
        "merit: { halfLife: 1h }                    | recovery of at least twice the halfLife",
        "merit: { halflife: 1h }                    | halflife",
      })
  void mistakesAreNamed(String text, String expected) throws IOException {
    assertThat(((Loaded.Invalid) load(SITE + text.strip() + "\n")).errors())
        .singleElement()
        .asString()
        .contains(expected.strip());
  }
}
