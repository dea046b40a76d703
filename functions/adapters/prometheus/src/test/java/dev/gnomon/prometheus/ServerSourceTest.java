package dev.gnomon.prometheus;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import dev.gnomon.core.telemetry.sources.SampleSource.Fetched;
import dev.gnomon.core.telemetry.sources.SourceSpec;
import dev.gnomon.core.telemetry.sources.SourceSpec.Credentials;
import dev.gnomon.core.telemetry.sources.SourceSpec.Expression;
import dev.gnomon.core.telemetry.sources.SourceSpec.Origin;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerSourceTest {
  private static final Instant AFTER = Instant.parse("2026-11-22T10:00:00Z");
  private static final Instant AT = AFTER.plusSeconds(45);
  private static final Expression REQUESTS =
      new Expression("http_requests_total", Optional.empty(), Optional.empty());

  @RegisterExtension
  static final WireMockExtension SERVER =
      WireMockExtension.newInstance()
          .options(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"))
          .build();

  private static void answers(String result) {
    SERVER.stubFor(
        post("/api/v1/query_range")
            .willReturn(
                okJson(
                    "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":"
                        + result
                        + "}}")));
  }

  private static Fetched fetch(Expression... expressions) {
    return PrometheusSources.open(Specs.server(SERVER.baseUrl() + "/", expressions), secret -> "s")
        .fetch(AFTER, AT);
  }

  @Test
  void everyTimeSinceTheLastOneIsAskedFor() {
    answers(
        """
        [{"metric":{"__name__":"http_requests_total","job":"shop-eu","cell":"mars"},
          "values":[[1763805615,"1"],[1763805630,"NaN"],[1763805645.5,"+Inf"]]}]
        """);

    Fetched fetched = fetch(REQUESTS);

    SeriesKey key = SeriesKey.of("http_requests_total", Map.of("job", "shop-eu", "cell", "east"));
    assertThat(((Fetched.Samples) fetched).samples())
        .isEqualTo(
            List.of(
                new Sample(key, Instant.ofEpochSecond(1763805615), 1, Sample.Kind.COUNTER),
                new Sample(key, Instant.ofEpochSecond(1763805630), Double.NaN, Sample.Kind.COUNTER),
                new Sample(
                    key,
                    Instant.ofEpochMilli(1763805645500L),
                    Double.POSITIVE_INFINITY,
                    Sample.Kind.COUNTER)));
    SERVER.verify(
        postRequestedFor(urlEqualTo("/api/v1/query_range"))
            .withRequestBody(
                containing(
                    "query=http_requests_total&start=%d.000&end=%d.000&step=15.0"
                        .formatted(AFTER.getEpochSecond() + 15, AT.getEpochSecond()))));
  }

  @Test
  void anExpressionGivesItsResultsANameAndIsAGauge() {
    answers("[{\"metric\":{\"code\":\"500\"},\"values\":[[1763805615,\"0.25\"]]}]");

    Fetched fetched =
        fetch(
            new Expression(
                "sum by (code) (rate(http_requests_total[5m]))",
                Optional.of("http_errors_total"),
                Optional.empty()));

    assertThat(((Fetched.Samples) fetched).samples())
        .containsExactly(
            new Sample(
                SeriesKey.of(
                    "http_errors_total", Map.of("code", "500", "job", "shop", "cell", "east")),
                Instant.ofEpochSecond(1763805615),
                0.25,
                Sample.Kind.GAUGE));
  }

  @Test
  void resultsWithoutANameAreRefusedWithTheWayOut() {
    answers("[{\"metric\":{},\"values\":[[1763805615,\"0.25\"]]}]");

    assertThat(fetch(REQUESTS))
        .isEqualTo(
            new Fetched.Down("expression 1: its results have no name: give them one with 'as'"));
  }

  @Test
  void whatIsDownForTheServerIsNotInItsAnswerAndSoNothing() {
    answers("[]");

    assertThat(fetch(REQUESTS)).isEqualTo(new Fetched.Samples(List.of(), 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{\"status\":\"error\",\"error\":\"secret\"}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":"
            + "[{\"metric\":{\"__name__\":\"a\"},\"values\":[[1,\"0x1p3\"]]}]}}"
      })
  void whatIsNoAnswerOfPrometheusIsDown(String body) {
    SERVER.stubFor(post("/api/v1/query_range").willReturn(okJson(body)));

    assertThat(fetch(REQUESTS))
        .isInstanceOfSatisfying(
            Fetched.Down.class, down -> assertThat(down.reason()).doesNotContain("secret"));
  }

  @Test
  void ifOneExpressionFailsNoneCounts() {
    answers("[]");
    SERVER.stubFor(
        post("/api/v1/query_range")
            .withRequestBody(containing("query=bad"))
            .willReturn(aResponse().withStatus(422)));

    assertThat(fetch(REQUESTS, new Expression("bad", Optional.empty(), Optional.empty())))
        .isEqualTo(new Fetched.Down("expression 2: it answered with status 422"));
  }

  @Test
  void theTokenIsReadAtEachUse() {
    answers("[]");
    SourceSpec spec =
        Specs.of(
            new Origin.Server(URI.create(SERVER.baseUrl()), List.of(REQUESTS)),
            Duration.ofSeconds(20),
            Optional.of(new Credentials.Bearer(new Secret.Variable("X"))));
    String[] token = {"one"};
    var source = PrometheusSources.open(spec, secret -> token[0]);
    source.fetch(AFTER, AT);
    token[0] = "two";

    source.fetch(AFTER, AT);

    SERVER.verify(
        1,
        postRequestedFor(urlEqualTo("/api/v1/query_range"))
            .withHeader("Authorization", equalTo("Bearer two")));
  }

  @Test
  void nativeHistogramsAreLeftOutWithAWordOnWhatToAskFor() {
    answers(
        """
        [{"metric":{"__name__":"http_request_duration_seconds"},"histograms":[[1763805615,
          {"count":"3","sum":"1.5","buckets":[[0,"0.25","0.5","3"]]}]]}]
        """);

    Fetched.Samples fetched =
        (Fetched.Samples)
            fetch(
                new Expression(
                    "http_request_duration_seconds", Optional.empty(), Optional.empty()));

    assertThat(fetched.samples()).isEmpty();
    assertThat(fetched.unfit()).isEqualTo(1);
    assertThat(fetched.hint())
        .isEqualTo(
            "expression 1 gives native histograms, which are no numbers: ask for"
                + " histogram_quantile(0.99, ...), histogram_avg(...) or histogram_count(...) of"
                + " them");
  }
}
