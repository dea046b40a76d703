package dev.gnomon.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.telemetry.Aspect;
import dev.gnomon.core.telemetry.Glob;
import dev.gnomon.core.telemetry.TelemetryPolicy;
import dev.gnomon.core.telemetry.TelemetryRule;
import dev.gnomon.yaml.CatalogueFile.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// How telemetry is declared, and mistakes in that. In the catalogues `#<<` marks the line that is
/// to be reported.
class CatalogueTelemetryTest {
  private static final String SITE =
      """
      cells:
        - name: east
        - name: west
      resources:
        - name: site
          kind: directory
          cell: east
          location: /srv/site
          shadow: { cell: west }
      telemetry:
      """;

  @TempDir Path directory;

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            "  rules:\n    - { match: { job: x }, resource: sites } #<<\n",
            "unknown resource 'sites'"),
        Arguments.of(
            "  rules:\n    - { match: { job: x }, cell: north } #<<\n",
            "unknown cell 'north', expected one of east, west"),
        Arguments.of(
            "  rules:\n    - { match: { job: x }, cell: east, cellLabel: dc } #<<\n",
            "expected cell or cellLabel, found both"),
        Arguments.of(
            "  rules:\n    - { match: { job: x }, aspect: errors } #<<\n",
            "expected resource, resourceLabel, cell or cellLabel, found none"),
        Arguments.of(
            "  rules:\n    - { match: { job: 7 }, cell: east } #<<\n",
            "(put numbers in quotes), found the number 7"),
        Arguments.of(
            "  rules:\n    - { match: { job: x }, cell: east, aspect: mood } #<<\n",
            "expected latency | errors | saturation"),
        Arguments.of("  seriesAtMost: 5 #<<\n", "a whole number from 10 to 5000"),
        Arguments.of("  forget: 5m #<<\n", "expected 1h to 90d"),
        Arguments.of("  rule: [] #<<\n", "did you mean 'rules'?"));
  }

  private Loaded load(String yaml) throws IOException {
    return CatalogueFile.load(Files.writeString(directory.resolve("gnomon.yaml"), yaml));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("mistakes")
  void aMistakeIsNamedWithItsLine(String telemetry, String message) throws IOException {
    String yaml = SITE + telemetry;
    Loaded loaded = load(yaml);

    assertThat(loaded).isInstanceOf(Loaded.Invalid.class);
    long line = 1 + yaml.substring(0, yaml.indexOf("#<<")).chars().filter(c -> c == '\n').count();
    assertThat(((Loaded.Invalid) loaded).errors())
        .anySatisfy(error -> {
          assertThat(error.line()).isEqualTo((int) line);
          assertThat(error.message()).contains(message);
        });
  }

  @Test
  void rulesAreReadInTheirOrder() throws IOException {
    Loaded loaded =
        load(
            SITE
                + """
                  rules:
                    - match: { __name__: "http_*", job: site }
                      resource: site
                      cellLabel: dc
                      aspect: latency
                    - match: { instance: "east-*" }
                      cell: east
                  seriesAtMost: 50
                  forget: 2d
                """);

    assertThat(((Loaded.Valid) loaded).catalogue().policies().telemetry())
        .isEqualTo(
            new TelemetryPolicy(
                List.of(
                    new TelemetryRule(
                        Map.of("__name__", new Glob("http_*"), "job", new Glob("site")),
                        Optional.of(new ResourceName("site")),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("dc"),
                        Optional.of(Aspect.LATENCY)),
                    new TelemetryRule(
                        Map.of("instance", new Glob("east-*")),
                        Optional.empty(),
                        Optional.of(new CellName("east")),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())),
                50,
                Duration.ofDays(2)));
  }

  @Test
  void withoutTheKeyTheDefaultsHold() throws IOException {
    Loaded loaded = load(SITE.replace("telemetry:\n", ""));

    assertThat(((Loaded.Valid) loaded).catalogue().policies().telemetry())
        .isEqualTo(TelemetryPolicy.DEFAULT);
  }
}
