package dev.gnomon.core.logs;

import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Counts lines, and says the counts as counters:
///
/// - [#LINES] by `severity`, of each source of lines; of warn, error and fatal from its first line,
/// - [#OF_TEMPLATE] by `template` (its id), `pattern` (its text) and `severity`.
///
/// Counts are this process's own since its start: the label `collector` tells them apart, and a
/// start is the reset of a counter. Thread-safe.
public final class LogSeries {
  public static final String LINES = "gnomon_log_lines_total";
  public static final String OF_TEMPLATE = "gnomon_log_template_lines_total";

  static final int SOURCES_AT_MOST = 200;
  static final int TEMPLATES_OF_A_SOURCE = 50;

  /// Lines that come later are of no use: they would look like a burst.
  static final Duration LATE_AFTER = Duration.ofMinutes(5);

  /// Of a source without lines for so long nothing more is said: it is missing.
  static final Duration QUIET_AFTER = Duration.ofMinutes(10);

  private static final int PATTERN_AT_MOST = 200;

  private final Templates templates;
  private final String collector;
  private final Map<Map<String, String>, Source> sources = new LinkedHashMap<>();

  /// What became of lines.
  ///
  /// @param late older than [#LATE_AFTER]
  /// @param over of more sources than are counted
  public record Taken(int counted, int late, int over) {}

  private record Kind(Template template, Severity severity) {}

  private static final class Source {
    final Map<Severity, Long> lines = new EnumMap<>(Severity.class);
    final Map<Kind, Long> kinds = new HashMap<>();
    Instant last = Instant.MIN;

    Source() {
      for (Severity each : Severity.values()) {
        if (each.isTrouble()) {
          lines.put(each, 0L);
        }
      }
    }
  }

  /// @param collector a name that no other process has
  public LogSeries(Templates templates, String collector) {
    this.templates = templates;
    this.collector = collector;
  }

  public synchronized Taken take(List<LogLine> lines, Instant now) {
    int counted = 0;
    int late = 0;
    int over = 0;
    for (LogLine line : lines) {
      if (line.time().filter(time -> time.isBefore(now.minus(LATE_AFTER))).isPresent()) {
        late++;
      } else if (!sources.containsKey(line.labels()) && sources.size() >= SOURCES_AT_MOST) {
        over++;
      } else {
        count(sources.computeIfAbsent(line.labels(), each -> new Source()), line, now);
        counted++;
      }
    }
    return new Taken(counted, late, over);
  }

  private void count(Source source, LogLine line, Instant now) {
    source.last = now;
    source.lines.merge(line.severity(), 1L, Long::sum);
    Kind kind = new Kind(templates.of(line.text(), now), line.severity());
    boolean full = source.kinds.size() >= TEMPLATES_OF_A_SOURCE && !source.kinds.containsKey(kind);
    source.kinds.merge(full ? new Kind(Template.OTHER, line.severity()) : kind, 1L, Long::sum);
  }

  /// All counts as they are now.
  public List<Sample> samples(Instant now) {
    templates.tell();
    return counts(now);
  }

  private synchronized List<Sample> counts(Instant now) {
    sources.values().removeIf(source -> source.last.isBefore(now.minus(QUIET_AFTER)));
    List<Sample> samples = new ArrayList<>();
    sources.forEach((labels, source) -> {
      source.lines.forEach(
          (severity, count) -> add(samples, LINES, labels, severity, Map.of(), now, count));
      source.kinds.forEach((kind, count) ->
          add(
              samples,
              OF_TEMPLATE,
              labels,
              kind.severity(),
              Map.of("template", kind.template().id(), "pattern", pattern(kind.template())),
              now,
              count));
    });
    return samples;
  }

  private static String pattern(Template template) {
    String text = template.text();
    return text.length() <= PATTERN_AT_MOST ? text : text.substring(0, PATTERN_AT_MOST);
  }

  private void add(
      List<Sample> samples,
      String metric,
      Map<String, String> source,
      Severity severity,
      Map<String, String> more,
      Instant now,
      long count) {
    Map<String, String> labels = new TreeMap<>(source);
    labels.putAll(more);
    labels.put("severity", severity.text());
    labels.put("collector", collector);
    try {
      samples.add(new Sample(SeriesKey.of(metric, labels), now, count, Sample.Kind.COUNTER));
    } catch (IllegalArgumentException e) {
      // Labels of a source that pass our limits.
    }
  }
}
