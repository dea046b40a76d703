package dev.gnomon.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.telemetry.Sample;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OtlpMetricsTest {
  private static final Instant TIME = Instant.parse("2025-11-22T10:00:10.000000005Z");

  /// After examples/metrics.json of opentelemetry-proto.
  private static final String REQUEST =
      """
      {"resourceMetrics":[{"resource":{"attributes":[
          {"key":"service.name","value":{"stringValue":"shop"}},
          {"key":"process.pid","value":{"intValue":"4711"}},
          {"key":"team","value":{"stringValue":"red"}}]},
        "scopeMetrics":[{"scope":{"name":"my.library","version":"1.0.0"},"metrics":[%s]}]}],
       "unknownField":{"a":[1]}}
      """;

  private final OtlpMetrics metrics = new OtlpMetrics(new Attributes(Set.of("team")));

  private static String point(String value) {
    return "\"startTimeUnixNano\":\"1763805600000000005\",\"timeUnixNano\":\"1763805610000000005\","
        + value;
  }

  private OtlpMetrics.Read read(String metric) throws OtlpForm.Malformed {
    return read(metric, OtlpForm.JSON);
  }

  private OtlpMetrics.Read read(String metric, OtlpForm form) throws OtlpForm.Malformed {
    byte[] json = REQUEST.formatted(metric).getBytes(StandardCharsets.UTF_8);
    if (form == OtlpForm.JSON) {
      return metrics.read(json, form);
    }
    return metrics.read(
        OtlpForm.JSON.read(json, ExportMetricsServiceRequest.getDefaultInstance()).toByteArray(),
        form);
  }

  private static Map<String, Double> values(OtlpMetrics.Read read) {
    return read.samples().stream()
        .collect(Collectors.toMap(one -> one.series().metric(), Sample::value));
  }

  @ParameterizedTest
  @EnumSource(OtlpForm.class)
  void aCumulativeSumIsACounterWithItsPlaceItsAttributesAndItsUnit(OtlpForm form)
      throws OtlpForm.Malformed {
    OtlpMetrics.Read read =
        read(
            """
            {"name":"http.server.requests","unit":"{request}","sum":{"aggregationTemporality":2,"isMonotonic":true,
             "dataPoints":[{%s,"attributes":[{"key":"code","value":{"intValue":"500"}},{"key":"ok","value":{"boolValue":false}}]}]}}
            """
                .formatted(point("\"asInt\":\"5\"")),
            form);

    assertThat(read.samples())
        .singleElement()
        .satisfies(one -> {
          assertThat(one.series().toString())
              .isEqualTo(
                  "http.server.requests{code=\"500\",ok=\"false\",otel.scope.name=\"my.library\","
                      + "service.name=\"shop\",team=\"red\",unit=\"{request}\"}");
          assertThat(one.kind()).isEqualTo(Sample.Kind.COUNTER);
          assertThat(one.value()).isEqualTo(5);
          assertThat(one.time()).isEqualTo(TIME);
        });
    assertThat(read.rejected()).isZero();
    assertThat(read.answer(OtlpForm.JSON)).isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
    assertThat(read.answer(OtlpForm.PROTOBUF)).isEmpty();
  }

  @Test
  void sumsOfIntervalsAndThoseThatFallAreGauges() throws OtlpForm.Malformed {
    String sum =
        "{\"name\":\"%s\",\"sum\":{\"aggregationTemporality\":%d,\"isMonotonic\":%s,\"dataPoints\":[{%s}]}}";

    OtlpMetrics.Read read =
        read(
            sum.formatted("delta", 1, true, point("\"asDouble\":50"))
                + ","
                + sum.formatted("level", 2, false, point("\"asInt\":\"-3\""))
                + ","
                + "{\"name\":\"g\",\"gauge\":{\"dataPoints\":[{%s}]}}"
                    .formatted(point("\"asDouble\":\"NaN\"")));

    assertThat(values(read)).isEqualTo(Map.of("delta", 5.0, "level", -3.0, "g", Double.NaN));
    assertThat(read.samples()).extracting(Sample::kind).containsOnly(Sample.Kind.GAUGE);
  }

  @Test
  void histogramsBecomeCountsAndQuantiles() throws OtlpForm.Malformed {
    String metric =
        """
        {"name":"d","unit":"s","histogram":{"aggregationTemporality":1,"dataPoints":[{%s}]}},
        {"name":"e","exponentialHistogram":{"aggregationTemporality":1,"dataPoints":[{%s}]}}
        """
            .formatted(
                point(
                    "\"count\":10,\"sum\":5,\"bucketCounts\":[0,\"10\",0],\"explicitBounds\":[0,1]"),
                point(
                    "\"count\":4,\"sum\":12,\"scale\":0,\"zeroCount\":0,"
                        + "\"positive\":{\"offset\":1,\"bucketCounts\":[4]}"));

    Map<String, Double> values = values(read(metric));

    assertThat(values)
        .containsEntry("d_count", 1.0)
        .containsEntry("d_mean", 0.5)
        .containsEntry("d_p50", 0.5)
        .containsEntry("e_count", 0.4)
        .containsEntry("e_mean", 3.0);
    assertThat(values.get("e_p50")).isCloseTo(Math.sqrt(8), within(1e-9));
  }

  @Test
  void cumulativeHistogramsTellOfWhatCameInBetween() throws OtlpForm.Malformed {
    String metric =
        """
        {"name":"d","histogram":{"aggregationTemporality":2,"dataPoints":[
          {"timeUnixNano":"%d","count":%d,"sum":%d,"bucketCounts":[%d,0],"explicitBounds":[1]}]}}
        """;
    read(metric.formatted(1763805600000000000L, 10, 10, 10));

    assertThat(values(read(metric.formatted(1763805610000000000L, 14, 11, 14))))
        .isEqualTo(
            Map.of("d_count", 14.0, "d_mean", 0.25, "d_p50", 0.5, "d_p95", 0.95, "d_p99", 0.99));
  }

  @Test
  void whatCanNotBeTakenIsSaidAndTheRestIsTaken() throws Exception {
    String good =
        "{\"name\":\"good\",\"gauge\":{\"dataPoints\":[{%s}]}}".formatted(point("\"asInt\":1"));
    String labels =
        java.util.stream.IntStream.range(0, 40)
            .mapToObj(i -> "{\"key\":\"k%d\",\"value\":{\"stringValue\":\"v\"}}".formatted(i))
            .collect(Collectors.joining(","));
    String bad =
        String.join(
            ",",
            "{\"name\":\"untimed\\n\",\"gauge\":{\"dataPoints\":[{\"asInt\":1}]}}",
            "{\"name\":\"unspecified\",\"sum\":{\"dataPoints\":[{%s}]}}"
                .formatted(point("\"asInt\":1")),
            "{\"name\":\"many\",\"gauge\":{\"dataPoints\":[{%s,\"attributes\":[%s]}]}}"
                .formatted(point("\"asInt\":1"), labels),
            "{\"name\":\"nested\",\"gauge\":{\"dataPoints\":[{%s,\"attributes\":[{\"key\":\"a\",\"value\":{\"arrayValue\":{}}}]}]}}"
                .formatted(point("\"asInt\":1")),
            "{\"name\":\"\",\"gauge\":{\"dataPoints\":[{%s}]}}".formatted(point("\"asInt\":1")),
            "{\"name\":\"torn\",\"histogram\":{\"aggregationTemporality\":1,\"dataPoints\":[{%s}]}}"
                .formatted(point("\"bucketCounts\":[1,2],\"explicitBounds\":[1,2,3]")),
            "{\"name\":\"scaled\",\"exponentialHistogram\":{\"aggregationTemporality\":1,\"dataPoints\":[{%s}]}}"
                .formatted(point("\"scale\":99")));

    OtlpMetrics.Read read = read(bad + "," + good);

    assertThat(values(read)).isEqualTo(Map.of("good", 1.0));
    ExportMetricsServiceResponse answer =
        ExportMetricsServiceResponse.parseFrom(read.answer(OtlpForm.PROTOBUF));
    assertThat(answer.getPartialSuccess().getRejectedDataPoints()).isEqualTo(7);
    assertThat(answer.getPartialSuccess().getErrorMessage())
        .isEqualTo("metric untimed?: a point without a time");
    assertThat(new String(read.answer(OtlpForm.JSON), StandardCharsets.UTF_8))
        .contains("\"rejectedDataPoints\":\"7\"");
  }

  @Test
  void aPointThatSaysThatThereIsNothingIsNoFault() throws OtlpForm.Malformed {
    OtlpMetrics.Read read =
        read("{\"name\":\"g\",\"gauge\":{\"dataPoints\":[{%s}]}}".formatted(point("\"flags\":1")));

    assertThat(read.samples()).isEmpty();
    assertThat(read.rejected()).isZero();
  }

  @Test
  void anythingElseIsRefusedWithoutBeingRepeated() throws OtlpForm.Malformed {
    Random random = new Random(3);
    byte[] whole =
        OtlpForm.JSON
            .read(
                REQUEST
                    .formatted(
                        "{\"name\":\"g\",\"gauge\":{\"dataPoints\":[{%s}]}}"
                            .formatted(point("\"asInt\":1")))
                    .getBytes(StandardCharsets.UTF_8),
                ExportMetricsServiceRequest.getDefaultInstance())
            .toByteArray();
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = whole.clone();
      for (int j = random.nextInt(4); j >= 0; j--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try {
        metrics.read(changed, OtlpForm.PROTOBUF);
      } catch (OtlpForm.Malformed e) {
        assertThat(e).hasMessage("the body is no such request in application/x-protobuf");
      }
    }
    assertThatThrownBy(() ->
            metrics.read("{\"resourceMetrics\":7}".getBytes(StandardCharsets.UTF_8), OtlpForm.JSON))
        .isInstanceOf(OtlpForm.Malformed.class);
    assertThatThrownBy(
            () -> metrics.read("[".repeat(100_000).getBytes(StandardCharsets.UTF_8), OtlpForm.JSON))
        .isInstanceOf(OtlpForm.Malformed.class);
  }
}
