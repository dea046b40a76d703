package dev.gnomon.predict;

import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import dev.gnomon.events.ObservedSample;
import dev.gnomon.events.ObservedSample.Label;
import dev.gnomon.verification.waits.Patience;
import io.cloudevents.CloudEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A source of the catalogue is asked, and its samples come out as events within their bounds.
@QuarkusTest
@QuarkusTestResource(PredictPlace.class)
class SourcesEventTest {
  @Inject RecordedSink sink;
  @Inject TelemetryIntake intake;

  @Test
  void anExporterOfTheCatalogueIsScrapedOnItsSchedule() {
    List<ObservedSample> found =
        Patience.await()
            .until(() -> sink.samples("shop_queue_length"::equals), samples -> samples.size() >= 2);

    assertThat(found.get(0).labels().orElseThrow()).contains(new Label("job", "shop-exporter"));
    assertThat(found.get(1).time()).isEqualTo(found.get(0).time().plusSeconds(5));
    assertThat(sink.samples("up"::equals)).isNotEmpty();
    when()
        .get("/q/metrics")
        .then()
        .body(
            containsString(
                "gnomon_telemetry_fetches_total{outcome=\"taken\",source=\"shop-exporter\"}"));
  }

  @Test
  void manyAndHostileSamplesBecomeEventsThatTheSchemaTakes() {
    List<Sample> samples = new ArrayList<>();
    Instant now = Instant.now();
    for (int i = 0; i < 5_000; i++) {
      Map<String, String> labels = new TreeMap<>();
      labels.put("job", "shop-1");
      for (int j = 0; j < 30; j++) {
        labels.put("l" + j, "\u0001\"\\é\uD83D".repeat(i % 50));
      }
      samples.add(
          new Sample(
              SeriesKey.of("hostile", labels),
              now.plusMillis(i),
              i % 3 == 0 ? Double.NaN : i,
              Sample.Kind.GAUGE));
    }
    SeriesKey mapped = SeriesKey.of("hostile", Map.of("job", "shop-1"));
    samples.add(new Sample(mapped, Instant.MAX, 1, Sample.Kind.GAUGE));
    samples.add(new Sample(mapped, Instant.MIN, 1, Sample.Kind.GAUGE));
    samples.add(
        new Sample(SeriesKey.of("hostile", Map.of("job", "other")), now, 1, Sample.Kind.GAUGE));

    intake.take("test/hostile", samples);

    assertThat(sink.samples("hostile"::equals)).hasSize(5_000);
    assertThat(
            sink.events().stream()
                .filter(event ->
                    RecordedSink.read(event).samples().getFirst().metric().equals("hostile")))
        .hasSizeGreaterThan(5)
        .allSatisfy(event -> assertThat(event.getData().toBytes().length).isLessThan(1 << 20))
        .extracting(CloudEvent::getId)
        .doesNotHaveDuplicates();
  }
}
