package dev.gnomon.prometheus;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.sources.SampleSource;
import dev.gnomon.core.telemetry.sources.SampleSource.Fetched;
import dev.gnomon.core.telemetry.sources.SourceSpec;
import dev.gnomon.core.telemetry.sources.SourceSpec.Credentials;
import dev.gnomon.core.telemetry.sources.SourceSpec.Origin;
import dev.gnomon.verification.waits.ClosedPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExporterSourceTest {
  private static final Instant T0 = Instant.parse("2026-11-22T10:00:00Z");
  private static final Instant T1 = T0.plusSeconds(15);
  private static final String TEXT = "text/plain; version=0.0.4";

  @RegisterExtension
  static final WireMockExtension SERVER =
      WireMockExtension.newInstance()
          .options(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"))
          .build();

  private static String url() {
    return SERVER.baseUrl() + "/metrics";
  }

  private static void answers(ResponseDefinitionBuilder response) {
    SERVER.stubFor(get("/metrics").willReturn(response));
  }

  private static void answers(String body) {
    answers(aResponse().withHeader("Content-Type", TEXT).withBody(body));
  }

  private static SampleSource source(SourceSpec spec) {
    return PrometheusSources.open(spec, secret -> "sesame-open-sesame");
  }

  private static Map<String, Double> values(Fetched fetched) {
    assertThat(fetched).isInstanceOf(Fetched.Samples.class);
    return ((Fetched.Samples) fetched)
        .samples().stream().collect(Collectors.toMap(one -> one.series().metric(), Sample::value));
  }

  @Test
  void whatAnExporterSaysBecomesSamplesOfTheTimeThatWasAskedFor() {
    answers(
        """
        # TYPE jobs gauge
        jobs{job="x",cell="mars",queue="a"} 7
        jobs_total 3 1763805600500
        """);

    Fetched fetched = source(Specs.exporter(url())).fetch(T0, T1);

    Fetched.Samples samples = (Fetched.Samples) fetched;
    String instance = "localhost:" + SERVER.getPort();
    assertThat(samples.samples().get(0).series().labels())
        .isEqualTo(
            Map.of(
                "job", "shop",
                "exported_job", "x",
                "cell", "east",
                "exported_cell", "mars",
                "instance", instance,
                "queue", "a"));
    assertThat(samples.samples().get(0).time()).isEqualTo(T1);
    assertThat(samples.samples().get(0).kind()).isEqualTo(Sample.Kind.GAUGE);
    assertThat(samples.samples().get(1).time()).isEqualTo(Instant.ofEpochMilli(1763805600500L));
    assertThat(samples.samples().get(1).kind()).isEqualTo(Sample.Kind.COUNTER);
  }

  @Test
  void aHistogramBecomesACountAndQuantilesOfWhatCameBetweenTwoScrapes() {
    SampleSource source = source(Specs.exporter(url()));
    String text =
        """
        # TYPE d_seconds histogram
        d_seconds_bucket{le="0.1"} %d
        d_seconds_bucket{le="0.5"} %d
        d_seconds_bucket{le="+Inf"} %d
        d_seconds_sum %f
        d_seconds_count %3$d
        """;
    answers(text.formatted(1000, 1000, 1000, 10.0));
    Map<String, Double> first = values(source.fetch(T0, T0));
    answers(text.formatted(1000, 1100, 1100, 40.0));

    Map<String, Double> second = values(source.fetch(T0, T1));

    assertThat(first).isEqualTo(Map.of("d_seconds_count", 1000.0));
    // All hundred lie between 0.1 and 0.5.
    assertThat(second.get("d_seconds_count")).isEqualTo(1100.0);
    assertThat(second.get("d_seconds_mean")).isEqualTo(0.3);
    assertThat(second.get("d_seconds_p50"))
        .isCloseTo(0.3, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(second.get("d_seconds_p99"))
        .isCloseTo(0.496, org.assertj.core.data.Offset.offset(1e-9));
  }

  @Test
  void aHistogramThatBeganAgainTellsOfWhatCameSince() {
    SampleSource source = source(Specs.exporter(url()));
    String text =
        "# TYPE d histogram\nd_bucket{le=\"1\"} %d\nd_bucket{le=\"+Inf\"} %d\nd_sum 5\nd_count %2$d\n";
    answers(text.formatted(900, 1000));
    source.fetch(T0, T0);
    answers(text.formatted(10, 10));

    Map<String, Double> after = values(source.fetch(T0, T1));

    assertThat(after.get("d_mean")).isEqualTo(0.5);
    assertThat(after.get("d_p50")).isEqualTo(0.5);
  }

  @Test
  void aSummaryKeepsItsQuantiles() {
    answers(
        """
        # TYPE d summary
        d{quantile="0.5"} 1
        d{quantile="0.999"} 3
        d{quantile="7"} 9
        d_sum 100
        d_count 50
        """);

    assertThat(values(source(Specs.exporter(url())).fetch(T0, T1)))
        .isEqualTo(Map.of("d_p50", 1.0, "d_p99_9", 3.0, "d_count", 50.0));
  }

  @Test
  void nanInfinitiesAndTooManyLabelsHarmNothingElse() {
    String labels =
        Stream.iterate(0, i -> i + 1)
            .limit(60)
            .map(i -> "l%d=\"v\"".formatted(i))
            .collect(Collectors.joining(","));
    answers("a NaN\nb +Inf\nc{" + labels + "} 1\nd 4\n");

    Fetched fetched = source(Specs.exporter(url())).fetch(T0, T1);

    assertThat(values(fetched).keySet()).containsExactlyInAnyOrder("a", "b", "d");
    assertThat(((Fetched.Samples) fetched).unfit()).isEqualTo(1);
  }

  @Test
  void credentialsAreSentAndPackedAnswersAreRead() throws IOException {
    answers(
        aResponse()
            .withHeader("Content-Type", TEXT)
            .withHeader("Content-Encoding", "gzip")
            .withBody(packed(out -> out.write("a 1\n".getBytes()))));
    SourceSpec spec =
        Specs.of(
            new Origin.Exporter(URI.create(url())),
            Duration.ofSeconds(20),
            Optional.of(new Credentials.Basic("me", new Secret.Variable("X"))));

    Fetched fetched = source(spec).fetch(T0, T1);

    assertThat(values(fetched)).isEqualTo(Map.of("a", 1.0));
    SERVER.verify(
        getRequestedFor(urlEqualTo("/metrics"))
            .withHeader("Authorization", equalTo("Basic bWU6c2VzYW1lLW9wZW4tc2VzYW1l")));
  }

  private interface Writing {
    void to(OutputStream out) throws IOException;
  }

  private static byte[] packed(Writing writing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      writing.to(out);
    }
    return bytes.toByteArray();
  }

  static Stream<Arguments> faults() throws IOException {
    byte[] bomb =
        packed(out -> {
          for (int i = 0; i < 20; i++) {
            out.write(new byte[1 << 20]);
          }
        });
    byte[] cut = java.util.Arrays.copyOf(packed(out -> out.write("a 1\n".getBytes())), 15);
    return Stream.of(
        Arguments.of("status 500", aResponse().withStatus(500).withBody("a 1\n")),
        Arguments.of(
            "status 302", aResponse().withStatus(302).withHeader("Location", "http://127.0.0.1/")),
        Arguments.of(
            "Content-Type", aResponse().withHeader("Content-Type", "text/html").withBody("a 1\n")),
        Arguments.of(
            "line 1", aResponse().withHeader("Content-Type", TEXT).withBody("<html></html>\n")),
        Arguments.of("cut off", aResponse().withHeader("Content-Type", TEXT).withBody("a 1\nb 12")),
        Arguments.of(
            "larger than",
            aResponse().withHeader("Content-Type", TEXT).withBody(new byte[17 * 1024 * 1024])),
        Arguments.of(
            "larger than",
            aResponse()
                .withHeader("Content-Type", TEXT)
                .withHeader("Content-Encoding", "gzip")
                .withBody(bomb)),
        Arguments.of(
            "unpacked",
            aResponse()
                .withHeader("Content-Type", TEXT)
                .withHeader("Content-Encoding", "gzip")
                .withBody(cut)),
        Arguments.of(
            "not asked for", aResponse().withHeader("Content-Encoding", "br").withBody("a 1\n")),
        Arguments.of("connection", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)),
        Arguments.of("connection", aResponse().withFault(Fault.EMPTY_RESPONSE)),
        Arguments.of("connection", aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void anAnswerThatIsNoGoodOneIsDownAndNothingElse(String why, ResponseDefinitionBuilder answer) {
    answers(answer);

    Fetched fetched = source(Specs.exporter(url())).fetch(T0, T1);

    assertThat(fetched).isInstanceOf(Fetched.Down.class);
    assertThat(((Fetched.Down) fetched).reason()).contains(why).doesNotContain("127.0.0.1");
  }

  @Test
  void anAnswerThatDripsOrNeverComesEndsAtTheTimeLimit() {
    Duration limit = Duration.ofMillis(300);
    answers(
        aResponse()
            .withHeader("Content-Type", TEXT)
            .withBody("a 1\n".repeat(1000))
            .withChunkedDribbleDelay(1000, 600_000));

    Fetched fetched =
        source(Specs.of(new Origin.Exporter(URI.create(url())), limit, Optional.empty()))
            .fetch(T0, T1);

    assertThat(fetched)
        .isInstanceOfSatisfying(
            Fetched.Down.class, down -> assertThat(down.reason()).contains("300 ms"));
  }

  @Test
  void nobodyThereIsDown() throws IOException {
    try (ClosedPort closed = new ClosedPort()) {
      Fetched fetched =
          source(Specs.exporter("http://127.0.0.1:" + closed.number() + "/metrics")).fetch(T0, T1);

      assertThat(fetched).isInstanceOf(Fetched.Down.class);
    }
  }

  @Test
  void aSecretThatCanNotBeReadIsDownAndNotShown() {
    SourceSpec spec =
        Specs.of(
            new Origin.Exporter(URI.create(url())),
            Duration.ofSeconds(20),
            Optional.of(new Credentials.Bearer(new Secret.Variable("X"))));
    answers("a 1\n");

    Fetched torn = PrometheusSources.open(spec, secret -> "two\nlines").fetch(T0, T1);
    Fetched absent =
        PrometheusSources.open(
                spec,
                secret -> {
                  throw new IOException(secret + " is not set");
                })
            .fetch(T0, T1);

    assertThat(((Fetched.Down) torn).reason()).doesNotContain("two");
    assertThat(((Fetched.Down) absent).reason()).contains("env:X is not set");
  }
}
