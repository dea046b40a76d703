package dev.gnomon.otlp;

import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.distributions.Digests;
import dev.gnomon.otlp.OtlpForm.Malformed;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import java.util.List;

/// Reads requests to `/v1/metrics`. Thread-safe.
public final class OtlpMetrics {
  public static final int POINTS_AT_MOST = 50_000;
  private static final int DIGESTS_AT_MOST = 20_000;

  private final Attributes attributes;
  private final Digests digests = new Digests(DIGESTS_AT_MOST);

  public OtlpMetrics(Attributes attributes) {
    this.attributes = attributes;
  }

  /// What a request holds.
  ///
  /// @param rejected points that are not taken
  /// @param why the first of them is not; empty if all are taken
  public record Read(List<Sample> samples, int rejected, String why) {
    /// The answer to it.
    public byte[] answer(OtlpForm form) {
      ExportMetricsServiceResponse.Builder response = ExportMetricsServiceResponse.newBuilder();
      if (rejected > 0) {
        response.setPartialSuccess(
            ExportMetricsPartialSuccess.newBuilder()
                .setRejectedDataPoints(rejected)
                .setErrorMessage(why));
      }
      return form.write(response.build());
    }
  }

  /// @throws Malformed if it is no such request
  public Read read(byte[] body, OtlpForm form) throws Malformed {
    ExportMetricsServiceRequest request =
        form.read(body, ExportMetricsServiceRequest.getDefaultInstance());
    Points points = new Points(digests, POINTS_AT_MOST);
    for (ResourceMetrics resource : request.getResourceMetricsList()) {
      for (ScopeMetrics scope : resource.getScopeMetricsList()) {
        var place = attributes.of(resource.getResource(), scope.getScope());
        for (Metric metric : scope.getMetricsList()) {
          points.take(metric, place);
        }
      }
    }
    return points.read();
  }
}
