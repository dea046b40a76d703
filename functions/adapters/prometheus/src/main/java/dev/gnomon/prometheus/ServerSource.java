package dev.gnomon.prometheus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import dev.gnomon.core.telemetry.sources.SampleSource;
import dev.gnomon.core.telemetry.sources.SourceSpec;
import dev.gnomon.core.telemetry.sources.SourceSpec.Expression;
import dev.gnomon.prometheus.BoundedHttp.Answer;
import dev.gnomon.prometheus.BoundedHttp.Unusable;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Asks a server of Prometheus, or what has its HTTP API: all its expressions, at all times since
/// it was last asked (`/api/v1/query_range`). If one of them has no answer, none counts, and the
/// same times are asked for again.
final class ServerSource implements SampleSource {
  static final int SAMPLES_AT_MOST = 50_000;

  private static final String NATIVE_HISTOGRAMS =
      "expression %d gives native histograms, which are no numbers: ask for"
          + " histogram_quantile(0.99, ...), histogram_avg(...) or histogram_count(...) of them";

  private final SourceSpec spec;
  private final URI url;
  private final List<Expression> expressions;
  private final BoundedHttp http;

  ServerSource(SourceSpec spec, SourceSpec.Origin.Server server, BoundedHttp http) {
    this.spec = spec;
    this.url = URI.create(server.url().toString().replaceFirst("/*$", "") + "/api/v1/query_range");
    this.expressions = server.expressions();
    this.http = http;
  }

  /// How many samples were left out.
  ///
  /// @param unfit because of their names or labels
  /// @param histograms because they are native histograms
  private record LeftOut(int unfit, int histograms) {
    static final LeftOut NOTHING = new LeftOut(0, 0);

    LeftOut and(LeftOut more) {
      return new LeftOut(unfit + more.unfit, histograms + more.histograms);
    }

    int all() {
      return unfit + histograms;
    }
  }

  @Override
  public Fetched fetch(Instant after, Instant at) {
    List<Sample> samples = new ArrayList<>();
    int unfit = 0;
    String hint = "";
    for (int i = 0; i < expressions.size(); i++) {
      try {
        LeftOut left = ask(expressions.get(i), after, at, samples);
        unfit += left.all();
        if (left.histograms() > 0 && hint.isEmpty()) {
          hint = NATIVE_HISTOGRAMS.formatted(i + 1);
        }
      } catch (Unusable e) {
        return new Fetched.Down("expression %d: %s".formatted(i + 1, e.getMessage()));
      }
    }
    return new Fetched.Samples(samples, unfit, hint);
  }

  private LeftOut ask(Expression expression, Instant after, Instant at, List<Sample> to)
      throws Unusable {
    Instant first = after.plus(spec.every());
    String form =
        form("query", expression.promql())
            + "&"
            + form("start", seconds(first.isAfter(at) ? at : first))
            + "&"
            + form("end", seconds(at))
            + "&"
            + form("step", Double.toString(spec.every().toMillis() / 1e3))
            + "&"
            + form("timeout", spec.timeout().toMillis() + "ms");
    Answer answer = http.post(url, form);
    if (!answer.contentType().startsWith("application/json")) {
      throw new Unusable("its answer is no JSON, by its Content-Type");
    }
    JsonNode data = data(answer.text());
    if (!data.path("resultType").asText().equals("matrix")) {
      throw new Unusable("its answer is not of type matrix");
    }
    LeftOut left = LeftOut.NOTHING;
    for (JsonNode series : data.path("result")) {
      left = left.and(take(expression, series, to));
      if (to.size() > SAMPLES_AT_MOST) {
        throw new Unusable("expected at most " + SAMPLES_AT_MOST + " samples, found more");
      }
    }
    return left;
  }

  private static JsonNode data(String text) throws Unusable {
    try {
      JsonNode answer = Json.MAPPER.readTree(text);
      if (answer.path("status").asText().equals("success")) {
        return answer.path("data");
      }
    } catch (JsonProcessingException e) {
      // said below
    }
    throw new Unusable("its answer is no success of the HTTP API of Prometheus");
  }

  private LeftOut take(Expression expression, JsonNode series, List<Sample> to) throws Unusable {
    Map<String, String> labels = new HashMap<>();
    series
        .path("metric")
        .properties()
        .forEach(one -> labels.put(one.getKey(), one.getValue().asText()));
    String own = Optional.ofNullable(labels.remove("__name__")).orElse("");
    String metric = expression.as().orElse(own);
    if (metric.isEmpty()) {
      throw new Unusable("its results have no name: give them one with 'as'");
    }
    if (!spec.takes(metric)) {
      return LeftOut.NOTHING;
    }
    labels.putAll(spec.labels());
    labels.putIfAbsent("job", spec.name());
    Optional<SeriesKey> key = SeriesLabels.key(metric, labels);
    if (key.isEmpty()) {
      return new LeftOut(series.path("values").size(), 0);
    }
    Sample.Kind kind =
        expression
            .kind()
            .orElse(expression.as().isPresent() ? Sample.Kind.GAUGE : ExporterSamples.kind(own));
    for (JsonNode pair : series.path("values")) {
      to.add(
          new Sample(
              key.get(),
              Instant.ofEpochMilli(Math.round(1e3 * pair.path(0).asDouble())),
              value(pair.path(1).asText()),
              kind));
    }
    return new LeftOut(0, series.path("histograms").size());
  }

  private static double value(String text) throws Unusable {
    try {
      return new Cursor(text, 0).value();
    } catch (ExpositionText.Malformed e) {
      throw new Unusable("its answer has a value that is no number");
    }
  }

  private static String seconds(Instant time) {
    return BigDecimal.valueOf(time.toEpochMilli(), 3).toPlainString();
  }

  private static String form(String name, String value) {
    return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
