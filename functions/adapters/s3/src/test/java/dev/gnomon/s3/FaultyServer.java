package dev.gnomon.s3;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.request;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseTransformerV2;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.http.HttpHeader;
import com.github.tomakehurst.wiremock.http.HttpHeaders;
import com.github.tomakehurst.wiremock.http.RequestMethod;
import com.github.tomakehurst.wiremock.http.Response;
import com.github.tomakehurst.wiremock.matching.RequestPatternBuilder;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.Retries.Limits;
import dev.gnomon.core.objects.RetryingObjectStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;

/// WireMock in front of a real S3Proxy: faults are answered before the request gets there, or after
/// it took effect.
final class FaultyServer implements AutoCloseable {
  static final int HANG_MILLIS = 120_000;

  /// For servers that hang: a request that is answered at all has to be answered in this time.
  static final S3Timeouts IMPATIENT =
      new S3Timeouts(Duration.ofSeconds(60), Duration.ofSeconds(5), Duration.ofSeconds(5));

  private final S3ProxyServer target;
  private final WireMockServer server;
  private String bucket = "";

  /// What happens to the true answer of a request that took effect.
  enum Then {
    RESET,
    HANG,
    INTERNAL_ERROR,
    WRONG_ETAG,
    NO_ETAG,
    WRONG_SHA256,
    TRUNCATED
  }

  FaultyServer(Path directory) throws Exception {
    target = new S3ProxyServer(directory);
    server =
        new WireMockServer(
            wireMockConfig()
                .dynamicPort()
                .dynamicHttpsPort()
                .bindAddress("127.0.0.1")
                .preserveHostHeader(true)
                .jettyStopTimeout(1L)
                .extensions(new AfterEffect()));
    server.start();
  }

  /// Forgets all faults and begins an empty bucket.
  void reset() throws Exception {
    server.resetAll();
    bucket = "b-" + UUID.randomUUID();
    target.makeBucket(bucket);
    server.stubFor(
        any(anyUrl())
            .atPriority(10)
            .willReturn(aResponse().proxiedFrom(target.settings(bucket).endpoint().toString())));
  }

  WireMockServer wireMock() {
    return server;
  }

  S3Settings settings() {
    return S3ObjectStores.settings(
        URI.create("s3+http://127.0.0.1:%d/%s".formatted(server.port(), bucket)),
        S3ProxyServer.ACCESS_KEY,
        S3ProxyServer.SECRET_KEY,
        "");
  }

  /// A store whose waits take no time.
  S3ObjectStore open(S3Settings settings) {
    return new S3ObjectStore(settings, quick(), pause -> {});
  }

  S3ObjectStore open() {
    return open(settings());
  }

  /// The same bucket, with no faults in between.
  S3ObjectStore openTarget() {
    return S3ObjectStore.open(target.settings(bucket));
  }

  /// What time it is for the server behind.
  Instant time() {
    try (S3ObjectStore target = openTarget()) {
      return target.time();
    }
  }

  /// How often it was asked that.
  int asked(String method, String urlRegex) {
    return server
        .findAll(new RequestPatternBuilder(RequestMethod.fromString(method), urlMatching(urlRegex)))
        .size();
  }

  static ObjectStore retrying(ObjectStore store) {
    return new RetryingObjectStore(store, quick());
  }

  /// Counts attempts only: on a busy machine, too, it insists as often as it may.
  static Retries quick() {
    return new Retries(Limits.STANDARD, pause -> {}, new Random(1), () -> 0);
  }

  /// Answers the first request that matches by itself; later ones get through.
  void once(String method, String urlRegex, ResponseDefinitionBuilder answer) {
    server.stubFor(
        matching(method, urlRegex)
            .inScenario(method + urlRegex)
            .whenScenarioStateIs(Scenario.STARTED)
            .willSetStateTo("passed")
            .willReturn(answer));
  }

  void always(String method, String urlRegex, ResponseDefinitionBuilder answer) {
    server.stubFor(matching(method, urlRegex).willReturn(answer));
  }

  /// Lets the first request that matches take effect, then spoils its answer.
  void onceAfterEffect(String method, String urlRegex, Then then) {
    once(
        method,
        urlRegex,
        aResponse()
            .proxiedFrom(target.settings(bucket).endpoint().toString())
            .withTransformers(AfterEffect.NAME)
            .withTransformerParameter("then", then.name()));
  }

  static ResponseDefinitionBuilder error(int status, String code) {
    return aResponse()
        .withStatus(status)
        .withHeader("Content-Type", "application/xml")
        .withBody(
            "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>said %s</Message></Error>"
                .formatted(code, code));
  }

  @Override
  public void close() throws Exception {
    server.stop();
    target.close();
  }

  private static MappingBuilder matching(String method, String urlRegex) {
    return request(method, urlMatching(urlRegex)).atPriority(1);
  }

  private static final class AfterEffect implements ResponseTransformerV2 {
    static final String NAME = "after-effect";

    @Override
    public Response transform(Response response, ServeEvent event) {
      Then then = Then.valueOf(event.getTransformerParameters().getString("then"));
      Response.Builder changed = Response.Builder.like(response).but();
      return switch (then) {
        case RESET -> changed.fault(Fault.CONNECTION_RESET_BY_PEER).build();
        case HANG -> changed.incrementInitialDelay(HANG_MILLIS).build();
        case INTERNAL_ERROR -> changed.status(500).body(new byte[0]).build();
        case WRONG_ETAG -> header(response, "ETag", "\"00000000000000000000000000000000\"");
        case NO_ETAG -> header(response, "ETag", null);
        case WRONG_SHA256 -> header(response, Digests.STORED_SHA256, "0".repeat(64));
        case TRUNCATED -> changed.body(Arrays.copyOf(response.getBody(), 1000)).build();
      };
    }

    private static Response header(Response response, String name, String value) {
      HttpHeaders others =
          new HttpHeaders(
              response.getHeaders().all().stream()
                  .filter(header -> !header.key().equalsIgnoreCase(name))
                  .toList());
      return Response.Builder.like(response)
          .but()
          .headers(value == null ? others : others.plus(new HttpHeader(name, value)))
          .build();
    }

    @Override
    public boolean applyGlobally() {
      return false;
    }

    @Override
    public String getName() {
      return NAME;
    }
  }
}
