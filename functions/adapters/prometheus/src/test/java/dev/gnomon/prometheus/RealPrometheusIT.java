package dev.gnomon.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.sources.SampleSource;
import dev.gnomon.core.telemetry.sources.SampleSource.Fetched;
import dev.gnomon.core.telemetry.sources.SourceSpec.Expression;
import dev.gnomon.verification.waits.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real server of Prometheus that scrapes an exporter: what it says by its API is what we read of
/// its exporter and of itself. Needs `prometheus` (of Debian) on the PATH.
class RealPrometheusIT {
  private static final Pattern LISTENING =
      Pattern.compile("\"?Listening on\"? address=127\\.0\\.0\\.1:(\\d+)");

  @TempDir Path directory;

  private final AtomicBoolean failing = new AtomicBoolean();
  private HttpServer exporter;
  private Process server;
  private String url;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(each -> Files.isExecutable(Path.of(each, "prometheus"))),
        "there is no prometheus on the PATH: apt-get install prometheus");
    exporter = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    exporter.createContext(
        "/metrics",
        exchange -> {
          byte[] body =
              "# TYPE shop_orders counter\nshop_orders_total{kind=\"a\\\"b\"} 42\n# EOF\n"
                  .getBytes(StandardCharsets.UTF_8);
          exchange
              .getResponseHeaders()
              .set("Content-Type", "application/openmetrics-text; version=1.0.0");
          exchange.sendResponseHeaders(failing.get() ? 500 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    exporter.start();
    Path config =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            global: { scrape_interval: 1s }
            scrape_configs:
              - job_name: shop
                static_configs: [{ targets: ["127.0.0.1:%d"] }]
            """
                .formatted(exporter.getAddress().getPort()));
    server =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + directory.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:0")
            .redirectErrorStream(true)
            .start();
    url = "http://127.0.0.1:" + port();
  }

  private String port() throws IOException {
    BufferedReader log =
        new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      Matcher found = LISTENING.matcher(line);
      if (found.find()) {
        Thread.ofVirtual().start(() -> log.lines().forEach(each -> {}));
        return found.group(1);
      }
    }
    throw new IOException("prometheus ended without listening");
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (server != null) {
      server.destroyForcibly().waitFor();
    }
    if (exporter != null) {
      exporter.stop(0);
    }
  }

  private List<Sample> ask(String promql) {
    SampleSource source =
        PrometheusSources.open(
            Specs.server(url, new Expression(promql, Optional.empty(), Optional.empty())),
            secret -> "");
    Instant now = Instant.now();
    return source.fetch(now.minusSeconds(30), now) instanceof Fetched.Samples found
        ? found.samples()
        : List.of();
  }

  @Test
  void itsAnswersAreReadAndATargetThatIsDownHasNoSeries() {
    List<Sample> orders =
        Patience.await().until(() -> ask("shop_orders_total"), found -> !found.isEmpty());
    failing.set(true);
    List<Sample> up =
        Patience.await()
            .until(
                () -> ask("up{job=\"shop\"}"),
                found -> !found.isEmpty() && found.getLast().value() == 0);

    List<Sample> afterwards =
        Patience.await()
            .until(() -> ask("shop_orders_total and on (job) (up == 1)"), List::isEmpty);

    assertThat(orders.getLast().value()).isEqualTo(42);
    assertThat(orders.getLast().kind()).isEqualTo(Sample.Kind.COUNTER);
    assertThat(orders.getLast().series().labels()).containsEntry("kind", "a\"b");
    assertThat(up.getLast().series().labels()).containsEntry("job", "shop");
    assertThat(afterwards).isEmpty();
  }

  @Test
  void itsOwnMetricsAreReadWhole() {
    Fetched fetched =
        Patience.await()
            .until(
                () ->
                    PrometheusSources.open(Specs.exporter(url + "/metrics"), secret -> "")
                        .fetch(Instant.EPOCH, Instant.now()),
                Fetched.Samples.class::isInstance);

    Fetched.Samples samples = (Fetched.Samples) fetched;
    assertThat(samples.unfit()).isZero();
    assertThat(samples.samples().stream().map(one -> one.series().metric()))
        .contains("process_resident_memory_bytes", "promhttp_metric_handler_requests_total")
        .anyMatch(name -> name.endsWith("_count"))
        .noneMatch(name -> name.endsWith("_bucket"));
  }
}
