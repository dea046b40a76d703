package dev.gnomon.prometheus;

import dev.gnomon.core.telemetry.distributions.Digests;
import dev.gnomon.core.telemetry.sources.SampleSource;
import dev.gnomon.core.telemetry.sources.SourceSpec;
import dev.gnomon.prometheus.BoundedHttp.Answer;
import dev.gnomon.prometheus.BoundedHttp.Unusable;
import java.net.URI;
import java.time.Instant;

/// Scrapes one exporter. Samples without a time of their own get the one that was asked for, so
/// that two processes who scrape at the same times say the same.
final class ExporterSource implements SampleSource {
  static final int SAMPLES_AT_MOST = 50_000;
  private static final int DIGESTS_AT_MOST = 5_000;
  private static final String ACCEPT =
      "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

  private final SourceSpec spec;
  private final URI url;
  private final BoundedHttp http;
  private final Digests digests = new Digests(DIGESTS_AT_MOST);

  ExporterSource(SourceSpec spec, URI url, BoundedHttp http) {
    this.spec = spec;
    this.url = url;
    this.http = http;
  }

  @Override
  public Fetched fetch(Instant after, Instant at) {
    try {
      Answer answer = http.get(url, ACCEPT);
      String type = answer.contentType();
      boolean openMetrics = type.startsWith("application/openmetrics-text");
      if (!openMetrics && !type.startsWith("text/plain") && !type.isEmpty()) {
        return new Fetched.Down("its answer is no text of metrics, by its Content-Type");
      }
      ExporterSamples samples = new ExporterSamples(spec, instance(), digests, at);
      new ExpositionText(openMetrics, SAMPLES_AT_MOST).read(answer.text(), samples::take);
      return new Fetched.Samples(samples.done(), samples.unfit());
    } catch (ExpositionText.Malformed e) {
      return new Fetched.Down("its answer can't be read: " + e.getMessage());
    } catch (Unusable e) {
      return new Fetched.Down(String.valueOf(e.getMessage()));
    }
  }

  private String instance() {
    int port = url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
    return url.getHost() + ":" + port;
  }
}
