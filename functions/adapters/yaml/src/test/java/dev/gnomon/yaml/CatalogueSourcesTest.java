package dev.gnomon.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.telemetry.Glob;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.TelemetryPolicy;
import dev.gnomon.core.telemetry.sources.SourceSpec;
import dev.gnomon.core.telemetry.sources.SourceSpec.Credentials;
import dev.gnomon.core.telemetry.sources.SourceSpec.Expression;
import dev.gnomon.core.telemetry.sources.SourceSpec.Origin;
import dev.gnomon.yaml.CatalogueFile.Loaded;
import java.io.IOException;
import java.net.URI;
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

/// How sources of telemetry are declared, and mistakes in that.
class CatalogueSourcesTest {
  private static final String SITE =
      """
      cells: [{ name: east }, { name: west }]
      resources:
        - { name: site, kind: directory, cell: east, location: /srv/site, shadow: { cell: west } }
      telemetry:
      """;

  @TempDir Path directory;

  private Loaded load(String telemetry) throws IOException {
    return CatalogueFile.load(
        Files.writeString(directory.resolve("gnomon.yaml"), SITE + telemetry));
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("{ name: a }", "expected exactly one of scrape and prometheus"),
        Arguments.of(
            "{ name: a, scrape: \"http://h/m\", prometheus: \"http://h\" }",
            "expected exactly one of scrape and prometheus"),
        Arguments.of("{ name: a, scrape: h:9100 }", "an address that begins with http"),
        Arguments.of("{ name: a, scrape: \"http://u:p@h/m\" }", "without a user or password"),
        Arguments.of("{ name: a, prometheus: \"http://h\" }", "expected queries"),
        Arguments.of(
            "{ name: a, scrape: \"http://h/m\", queries: [up] }", "an exporter takes no queries"),
        Arguments.of("{ name: a, scrape: \"http://h/m\", every: 1s }", "expected 5s to 1h"),
        Arguments.of(
            "{ name: a, scrape: \"http://h/m\", every: 10s, timeout: 11s }",
            "expected no longer than every"),
        Arguments.of(
            "{ name: a, scrape: \"http://h/m\", bearer: hunter2 }", "where a secret is read from"),
        Arguments.of(
            "{ name: a, scrape: \"http://h/m\", bearer: \"env:A\","
                + " basic: { user: u, password: \"env:B\" } }",
            "expected bearer or basic, found both"),
        Arguments.of(
            "{ name: a, scrape: \"http://h/m\" }\n    - { name: a, scrape: \"http://h/n\" }",
            "the source name 'a' is taken"),
        Arguments.of(
            "{ name: a, prometheus: \"http://h\", queries: [{ expr: up, kind: sum }] }",
            "expected gauge | counter"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("mistakes")
  void aMistakeIsNamedAndNoSecretIsShown(String source, String message) throws IOException {
    Loaded loaded = load("  sources:\n    - " + source + "\n");

    assertThat(loaded).isInstanceOf(Loaded.Invalid.class);
    assertThat(((Loaded.Invalid) loaded).errors())
        .anySatisfy(error -> assertThat(error.message()).contains(message))
        .noneSatisfy(error -> assertThat(error.message()).contains("hunter2"));
  }

  @Test
  void sourcesAndTokensAreRead() throws IOException {
    Loaded loaded =
        load(
            """
              tokens: ["env:SENDER"]
              sources:
                - name: nodes
                  scrape: https://host:9100/metrics
                  every: 5s
                  labels: { cell: east }
                  keep: ["node_disk_*"]
                  bearer: file:token
                  ca: ca.pem
                - name: server
                  prometheus: http://prometheus:9090
                  queries:
                    - up
                    - { expr: "rate(x[5m])", as: x_rate, kind: gauge }
                  basic: { user: me, password: "env:PASSWORD" }
            """);

    TelemetryPolicy policy = ((Loaded.Valid) loaded).catalogue().policies().telemetry();
    assertThat(policy.tokens()).containsExactly(new Secret.Variable("SENDER"));
    assertThat(policy.sources())
        .containsExactly(
            new SourceSpec(
                "nodes",
                new Origin.Exporter(URI.create("https://host:9100/metrics")),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Map.of("cell", "east"),
                List.of(new Glob("node_disk_*")),
                Optional.of(new Credentials.Bearer(new Secret.Content(directory.resolve("token")))),
                Optional.of(directory.resolve("ca.pem"))),
            new SourceSpec(
                "server",
                new Origin.Server(
                    URI.create("http://prometheus:9090"),
                    List.of(
                        new Expression("up", Optional.empty(), Optional.empty()),
                        new Expression(
                            "rate(x[5m])", Optional.of("x_rate"), Optional.of(Sample.Kind.GAUGE)))),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Map.of(),
                List.of(),
                Optional.of(new Credentials.Basic("me", new Secret.Variable("PASSWORD"))),
                Optional.empty()));
  }
}
