package dev.gnomon.local.it;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a monitoring system gets from a running stack: spans of one trace through all functions,
/// and the gauges that the alert rules ask for.
class MonitoringProcessIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  private static final String CATALOGUE =
      """
      cells:
        - name: east
        - name: west
      resources:
        - name: site
          kind: directory
          cell: east
          location: SITE
          shadow: { cell: west, type: differential, every: 1h }
      """;

  @TempDir Path directory;

  @Test
  void oneTraceGoesThroughAllFunctionsOfAnUpdate() throws Exception {
    List<Span> spans = new CopyOnWriteArrayList<>();
    HttpServer collector = collector(spans);
    Scene scene = Scene.of(directory.resolve("scene"), CATALOGUE);
    Map<String, String> traced =
        Map.of(
            // What a sweep goes on with is of a trace of its own.
            "GNOMON_LOCAL_SWEEP_EVERY",
            "PT10M",
            "GNOMON_TRACES_OFF",
            "false",
            "GNOMON_TRACES_ENDPOINT",
            "http://127.0.0.1:" + collector.getAddress().getPort());
    try (RunningStack stack = RunningStack.start(scene, traced)) {
      int accepted =
          stack
              .post(
                  "/broker",
                  "application/cloudevents+json",
                  """
                  {"specversion": "1.0", "id": "begin-1", "source": "/test", "type": "dev.gnomon.update-requested.v1",
                   "datacontenttype": "application/json", "traceparent": "00-%s-00f067aa0ba902b7-01",
                   "data": {"updateId": "release-1", "resources": ["site"]}}
                  """
                      .formatted(TRACE))
              .statusCode();
      assertThat(accepted).isEqualTo(202);

      await()
          .untilAsserted(() ->
              assertThat(named(spans))
                  .contains(
                      "update dev.gnomon.update-requested.v1",
                      "shadow dev.gnomon.shadow-requested.v1",
                      "update dev.gnomon.shadow-created.v1",
                      "telemetry dev.gnomon.update-ready.v1"));
      assertThat(stack.output()).doesNotContain("Exception");
    } finally {
      collector.stop(0);
    }
  }

  private static List<String> named(List<Span> spans) {
    return spans.stream()
        .filter(span -> HexFormat.of().formatHex(span.getTraceId().toByteArray()).equals(TRACE))
        .map(Span::getName)
        .toList();
  }

  private static HttpServer collector(List<Span> spans) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/traces",
        exchange -> {
          var body = exchange.getRequestBody();
          boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
          ExportTraceServiceRequest request =
              ExportTraceServiceRequest.parseFrom(zipped ? new GZIPInputStream(body) : body);
          request.getResourceSpansList().stream()
              .flatMap(resource -> resource.getScopeSpansList().stream())
              .flatMap(scope -> scope.getSpansList().stream())
              .forEach(spans::add);
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void whatTheAlertRulesAskForIsThere() throws Exception {
    Scene scene = Scene.of(directory.resolve("scene"), CATALOGUE);
    try (RunningStack stack = RunningStack.start(scene)) {
      assertThat(scene.gnomon("shadow", "site", "--wait", "--timeout", "60s").code()).isZero();

      await()
          .untilAsserted(() ->
              assertThat(stack.get("/q/metrics").body())
                  .containsPattern(
                      "gnomon_point_age_seconds\\{cell=\"west\",resource=\"site\"\\} [0-9.]+\n")
                  .contains("gnomon_point_due_seconds{cell=\"west\",resource=\"site\"} 7200.0")
                  .contains("gnomon_rollback_idle_seconds{resource=\"site\"} 0.0"));
    }
  }
}
