package dev.gnomon.predict;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.prediction.MemoryVitals;
import dev.gnomon.core.telemetry.MemorySeriesStates;
import dev.gnomon.core.telemetry.ObserveSamples;
import dev.gnomon.core.telemetry.Outcome;
import dev.gnomon.core.telemetry.sources.SampleSource;
import dev.gnomon.core.telemetry.sources.SampleSource.Fetched;
import dev.gnomon.prometheus.PrometheusSources;
import dev.gnomon.redis.RedisVitals;
import dev.gnomon.yaml.CatalogueFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a hostile or broken exporter says, scraped and taken in.
class SourceEdgeTest {
  private static final Instant T0 = Instant.parse("2026-11-22T10:00:00Z");

  @TempDir Path directory;
  private HttpServer exporter;
  private volatile String body = "";
  private SampleSource source;
  private ObserveSamples observe;

  @BeforeEach
  void start() throws IOException {
    exporter = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    exporter.createContext(
        "/metrics",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    exporter.start();
    Files.createDirectory(directory.resolve("orders"));
    Path file =
        Files.writeString(
            directory.resolve("gnomon.yaml"),
            """
            cells: [{ name: east }, { name: west }]
            resources:
              - { name: orders, kind: directory, cell: east, location: orders, shadow: { cell: west } }
            telemetry:
              rules: [{ match: { job: shop }, resource: orders }]
              seriesAtMost: 100
              sources: [{ name: shop, scrape: "http://127.0.0.1:%d/metrics", timeout: 20s }]
            """
                .formatted(exporter.getAddress().getPort()));
    Catalogue catalogue = ((CatalogueFile.Loaded.Valid) CatalogueFile.load(file)).catalogue();
    source =
        PrometheusSources.open(catalogue.policies().telemetry().sources().getFirst(), secret -> "");
    observe =
        new ObserveSamples(
            catalogue,
            new MemorySeriesStates(1_000, Clock.systemUTC()),
            new MemoryVitals(Clock.systemUTC(), RedisVitals.KEPT),
            Optional.empty());
  }

  @AfterEach
  void stop() {
    exporter.stop(0);
  }

  private Map<Outcome, Integer> scrape(Instant at, String says) {
    body = says;
    Fetched fetched = source.fetch(at, at);
    assertThat(fetched).isInstanceOf(Fetched.Samples.class);
    return observe.observe(((Fetched.Samples) fetched).samples(), at).counts();
  }

  @Test
  void nanAndInfinitiesAreDropped() {
    assertThat(scrape(T0, "a NaN\nb +Inf\nc -Inf\n")).isEqualTo(Map.of(Outcome.NOT_A_NUMBER, 3));
  }

  @Test
  void timesThatGoBackOrComeTwiceOrAreAheadAreDropped() {
    long now = T0.toEpochMilli();
    scrape(T0, "a 1 " + now + "\n");

    assertThat(scrape(T0.plusSeconds(15), "a 1 " + now + "\n"))
        .isEqualTo(Map.of(Outcome.DUPLICATE, 1));
    assertThat(scrape(T0.plusSeconds(30), "a 1 " + (now - 5_000) + "\n"))
        .isEqualTo(Map.of(Outcome.LATE, 1));
    assertThat(scrape(T0.plusSeconds(45), "a 1 " + (now + 3_600_000) + "\n"))
        .isEqualTo(Map.of(Outcome.AHEAD, 1));
    assertThat(scrape(T0.plusSeconds(60), "a 1\n")).isEqualTo(Map.of(Outcome.WARMING, 1));
  }

  @Test
  void aCounterThatBeganAgainGoesOn() {
    String counter = "# TYPE a_total counter\na_total ";
    Map<Outcome, Integer> last = Map.of();
    for (int i = 0; i < 60; i++) {
      last = scrape(T0.plusSeconds(15L * i), counter + (i < 50 ? 150 * i : 150 * (i - 50)) + "\n");
    }

    assertThat(last).isEqualTo(Map.of(Outcome.SCORED, 1));
  }

  @Test
  void aMetricWithManyThousandLabelsFillsItsPlacesAndNoMore() {
    String many =
        IntStream.range(0, 5_000)
            .mapToObj(i -> "a{user=\"%d\"} 1\n".formatted(i))
            .collect(Collectors.joining());

    Map<Outcome, Integer> counts = scrape(T0, many);

    assertThat(counts).isEqualTo(Map.of(Outcome.WARMING, 100, Outcome.OVER_BUDGET, 4_900));
  }
}
