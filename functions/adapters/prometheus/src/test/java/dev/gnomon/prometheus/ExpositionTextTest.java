package dev.gnomon.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.prometheus.Exposition.Type;
import dev.gnomon.prometheus.ExpositionText.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionTextTest {
  private static List<Exposition> read(boolean openMetrics, String text) throws Malformed {
    List<Exposition> found = new ArrayList<>();
    new ExpositionText(openMetrics, 100).read(text, found::add);
    return found;
  }

  @Test
  void theTextFormatIsReadAsItsDescriptionHasIt() throws Malformed {
    // The example of "Exposition formats" of Prometheus.
    List<Exposition> found =
        read(
            false,
            """
            # HELP http_requests_total The total number of HTTP requests.
            # TYPE http_requests_total counter
            http_requests_total{method="post",code="200"} 1027 1395066363000
            http_requests_total{method="post",code="400"}    3 1395066363000

            # Escaping in label values:
            msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9

            # Minimalistic line:
            metric_without_timestamp_and_labels 12.47

            # A weird metric from before the epoch:
            something_weird{problem="division by zero"} +Inf -3982045

            # TYPE rpc_duration_seconds summary
            rpc_duration_seconds{quantile="0.01"} 3102
            rpc_duration_seconds_count 2693
            """);

    assertThat(found)
        .containsExactly(
            new Exposition(
                "http_requests_total",
                Type.COUNTER,
                "http_requests_total",
                Map.of("method", "post", "code", "200"),
                1027,
                OptionalLong.of(1395066363000L)),
            new Exposition(
                "http_requests_total",
                Type.COUNTER,
                "http_requests_total",
                Map.of("method", "post", "code", "400"),
                3,
                OptionalLong.of(1395066363000L)),
            new Exposition(
                "msdos_file_access_time_seconds",
                Type.UNKNOWN,
                "msdos_file_access_time_seconds",
                Map.of("path", "C:\\DIR\\FILE.TXT", "error", "Cannot find file:\n\"FILE.TXT\""),
                1.458255915e9,
                OptionalLong.empty()),
            new Exposition(
                "metric_without_timestamp_and_labels",
                Type.UNKNOWN,
                "metric_without_timestamp_and_labels",
                Map.of(),
                12.47,
                OptionalLong.empty()),
            new Exposition(
                "something_weird",
                Type.UNKNOWN,
                "something_weird",
                Map.of("problem", "division by zero"),
                Double.POSITIVE_INFINITY,
                OptionalLong.of(-3982045)),
            new Exposition(
                "rpc_duration_seconds",
                Type.SUMMARY,
                "rpc_duration_seconds",
                Map.of("quantile", "0.01"),
                3102,
                OptionalLong.empty()),
            new Exposition(
                "rpc_duration_seconds",
                Type.SUMMARY,
                "rpc_duration_seconds_count",
                Map.of(),
                2693,
                OptionalLong.empty()));
  }

  @Test
  void openMetricsIsReadWithoutExemplarsAndTimesOfCreation() throws Malformed {
    List<Exposition> found =
        read(
            true,
            """
            # TYPE foo counter
            # UNIT foo seconds
            foo_total{a="b"} 17.0 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607.5
            foo_created{a="b"} 1520430000.123
            # TYPE bar histogram
            bar_bucket{le="+Inf"} 17 # {trace_id="x"} 9.8
            # EOF
            """);

    assertThat(found)
        .containsExactly(
            new Exposition(
                "foo",
                Type.COUNTER,
                "foo_total",
                Map.of("a", "b"),
                17,
                OptionalLong.of(1520879607789L)),
            new Exposition(
                "bar",
                Type.HISTOGRAM,
                "bar_bucket",
                Map.of("le", "+Inf"),
                17,
                OptionalLong.empty()));
  }

  @Test
  void namesInQuotesAreThoseOfPrometheus3() throws Malformed {
    assertThat(read(false, "{\"http.requests\", \"my label\"=\"a\", b=\"c\",} NaN\n"))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.name()).isEqualTo("http.requests");
          assertThat(one.labels()).isEqualTo(Map.of("my label", "a", "b", "c"));
          assertThat(one.value()).isNaN();
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a 1",
        "a\n",
        "a b\n",
        "a 0x1p3\n",
        "a 1d\n",
        "a{b=\"c\" 1\n",
        "a{b=\"c} 1\n",
        "a{b=\"c\\\n",
        "a{b=c} 1\n",
        "a{b=\"c\",b=\"d\"} 1\n",
        "a{=\"c\"} 1\n",
        "{} 1\n",
        "1a 1\n",
        "a 1 2 3\n",
        "a 1 x\n",
        "a 1 1e300\n",
        "a 1 # {x=\"y\"} 1\n",
        "<html><body>no metrics here</body></html>\n"
      })
  void aLineThatIsNoneMakesAllUnusableAndIsNotRepeated(String text) {
    assertThatThrownBy(() -> read(false, "good 1\n" + text))
        .isInstanceOf(Malformed.class)
        .hasMessageStartingWith("line 2: expected ")
        .hasMessageNotContaining("html");
  }

  @Test
  void openMetricsWithoutItsEndWasCutOff() {
    assertThatThrownBy(() -> read(true, "a 1\n"))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("# EOF");
    assertThatThrownBy(() -> read(true, "# EOF\na 1\n")).isInstanceOf(Malformed.class);
  }

  @Test
  void tooManySamplesAndTooLongLinesAreRefused() {
    assertThatThrownBy(() -> read(false, "a 1\n".repeat(101)))
        .isInstanceOf(Malformed.class)
        .hasMessage("line 101: expected at most 100 samples");
    assertThatThrownBy(() -> read(false, "a{b=\"" + "c".repeat(70_000) + "\"} 1\n"))
        .isInstanceOf(Malformed.class);
  }
}
