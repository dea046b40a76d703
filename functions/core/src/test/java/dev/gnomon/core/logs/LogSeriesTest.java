package dev.gnomon.core.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.telemetry.Sample;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogSeriesTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final Map<String, String> SHOP = Map.of("job", "shop");

  private final LogSeries series = new LogSeries(new Templates(TemplateBook.none()), "here");

  private static LogLine line(String text) {
    return LogLine.plain(SHOP, text);
  }

  private Map<String, Double> counts(Instant now, String metric, String label) {
    return series.samples(now).stream()
        .filter(sample -> sample.series().metric().equals(metric))
        .collect(
            Collectors.toMap(
                sample -> String.valueOf(sample.series().labels().get(label)), Sample::value));
  }

  @Test
  void linesAreCountedBySeverityAndTemplateOfTheirSource() {
    series.take(
        List.of(
            line("ERROR no route to 10.0.0.1"),
            line("ERROR no route to 10.0.0.2"),
            line("INFO started")),
        NOW);
    series.take(List.of(line("ERROR no route to 10.0.0.3")), NOW);

    assertThat(counts(NOW, LogSeries.LINES, "severity"))
        .isEqualTo(Map.of("error", 3.0, "info", 1.0, "warn", 0.0, "fatal", 0.0));
    assertThat(counts(NOW, LogSeries.OF_TEMPLATE, "pattern"))
        .isEqualTo(Map.of("ERROR no route to <*>", 3.0, "INFO started", 1.0));
    assertThat(series.samples(NOW))
        .allSatisfy(sample -> {
          assertThat(sample.kind()).isEqualTo(Sample.Kind.COUNTER);
          assertThat(sample.series().labels())
              .containsEntry("job", "shop")
              .containsEntry("collector", "here");
        });
  }

  @Test
  void linesOfLongAgoAreNotCountedSoThatCatchingUpIsNoBurst() {
    LogLine old = new LogLine(Optional.of(NOW.minusSeconds(301)), Severity.ERROR, SHOP, "late");
    LogLine young =
        new LogLine(Optional.of(NOW.minusSeconds(299)), Severity.ERROR, SHOP, "in time");

    assertThat(series.take(List.of(old, young), NOW)).isEqualTo(new LogSeries.Taken(1, 1, 0));
  }

  @Test
  void ofAQuietSourceNothingIsSaidAfterAWhile() {
    series.take(List.of(line("INFO x")), NOW);

    assertThat(series.samples(NOW.plus(LogSeries.QUIET_AFTER))).isNotEmpty();
    assertThat(series.samples(NOW.plus(LogSeries.QUIET_AFTER).plusMillis(1))).isEmpty();
  }

  @Test
  void sourcesAndTheirTemplatesAreBounded() {
    List<LogLine> many =
        IntStream.range(0, 300).mapToObj(i -> LogLine.plain(Map.of("job", "j" + i), "x")).toList();
    String letters = "abcdefghijklmnopqrstuvwxyz";
    List<LogLine> words =
        IntStream.range(0, 400)
            .mapToObj(i ->
                LogLine.plain(
                    Map.of("job", "j0"), "" + letters.charAt(i / 26) + letters.charAt(i % 26)))
            .toList();

    assertThat(series.take(many, NOW).over()).isEqualTo(100);
    series.take(words, NOW);

    assertThat(
            series.samples(NOW).stream()
                .filter(one -> one.series().metric().equals(LogSeries.OF_TEMPLATE))
                .filter(one -> one.series().labels().get("job").equals("j0")))
        .hasSize(LogSeries.TEMPLATES_OF_A_SOURCE + 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"msg\":\"alpha\",\"level\":\"warning\"} | WARN | alpha",
        "{\"MESSAGE\":\"beta\",\"PRIORITY\":\"3\",\"__REALTIME_TIMESTAMP\":\"1763805600000000\"} | ERROR | beta",
        "{\"log\":\"ERROR c\",\"date\":1763805600.5} | ERROR | ERROR c",
        "{\"message\":\"delta\",\"severity\":\"?\"} | UNKNOWN | delta",
        "{broken | UNKNOWN | {broken",
        "[1] plain FATAL | FATAL | [1] plain FATAL",
        "Nov 22 10:00:00 host app[7]: warning: x | WARN | Nov 22 10:00:00 host app[7]: warning: x"
      })
  void jsonAndPlainLinesAreRead(String line, Severity severity, String text) {
    LogLine read = JsonLines.read(SHOP, line);

    assertThat(read.severity()).isEqualTo(severity);
    assertThat(read.text()).isEqualTo(text);
    assertThat(read.toString()).doesNotContain(text);
  }

  @Test
  void timesOfJsonLinesAreReadInAnyUsualForm() {
    Instant time = Instant.parse("2025-11-22T10:00:00Z");
    for (String value :
        List.of(
            "\"ts\":1763805600",
            "\"ts\":1763805600000",
            "\"@timestamp\":\"2025-11-22T11:00:00+01:00\"",
            "\"__REALTIME_TIMESTAMP\":\"1763805600000000\"")) {
      assertThat(JsonLines.read(SHOP, "{\"msg\":\"x\"," + value + "}").time()).contains(time);
    }
    assertThat(JsonLines.read(SHOP, "{\"ts\":1e300}").time().map(Instant::getEpochSecond))
        .isNotNull();
    assertThat(JsonLines.read(SHOP, "{\"time\":\"yesterday\"}").time()).isEmpty();
  }
}
