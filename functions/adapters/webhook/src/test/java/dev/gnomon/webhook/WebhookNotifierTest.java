package dev.gnomon.webhook;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import dev.gnomon.core.actuators.Notifier.Notice;
import dev.gnomon.core.actuators.Notifier.Severity;
import dev.gnomon.verification.waits.ClosedPort;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookNotifierTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:20:30Z");
  private static final Notice NOTICE =
      new Notice("site-e3", Severity.CRITICAL, "site was rolled back to site@7");
  private static final RetryPolicy POLICY =
      new RetryPolicy(
          4,
          Duration.ofMillis(500),
          Duration.ofSeconds(15),
          Duration.ofMinutes(1),
          Duration.ofMinutes(10));

  @RegisterExtension
  static final WireMockExtension SERVER =
      WireMockExtension.newInstance()
          .options(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"))
          .build();

  @RegisterExtension
  static final WireMockExtension OTHER =
      WireMockExtension.newInstance()
          .options(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"))
          .build();

  private static final AtomicInteger TESTS = new AtomicInteger();

  /// Each test's own: a request that an earlier test gave up may still arrive, and must not take an
  /// answer that is meant for this one.
  private final String path = "/services/T" + TESTS.getAndIncrement() + "/SECRET";

  private final List<Duration> pauses = new CopyOnWriteArrayList<>();

  @Test
  void bodyIsWhatSlackAccepts() {
    SERVER.stubFor(post(urlEqualTo(path)).willReturn(aResponse().withStatus(200).withBody("ok")));

    assertThat(deliver()).isEqualTo(new Delivery.Delivered(shown(), 1));
    SERVER.verify(
        postRequestedFor(urlEqualTo(path))
            .withHeader("Content-Type", equalTo("application/json"))
            .withHeader("Idempotency-Key", equalTo("site-e3"))
            .withRequestBody(
                equalToJson("{\"text\": \"[CRITICAL] site was rolled back to site@7\"}")));
  }

  @Test
  void textIsEscapedAndBounded() {
    SERVER.stubFor(post(urlEqualTo(path)).willReturn(aResponse().withStatus(200)));
    Notice wild = new Notice("ü\n", Severity.INFO, "a <b> & c " + "€".repeat(5000));

    assertThat(notifier(POLICY).deliver(wild))
        .singleElement()
        .isInstanceOf(Delivery.Delivered.class);

    String sent = SERVER.findAll(postRequestedFor(urlEqualTo(path))).getFirst().getBodyAsString();
    assertThat(sent).contains("a &lt;b&gt; &amp; c €").hasSizeLessThan(3100);
  }

  @Test
  void retryAfterIsHonoured() {
    answers(aResponse().withStatus(429).withHeader("Retry-After", "7"), aResponse());

    assertThat(deliver()).isEqualTo(new Delivery.Delivered(shown(), 2));
    assertThat(pauses).containsExactly(Duration.ofSeconds(7));
  }

  @Test
  void retryAfterMayBeADate() {
    answers(
        aResponse().withStatus(503).withHeader("Retry-After", "Sun, 1 Mar 2026 10:20:41 GMT"),
        aResponse());

    assertThat(deliver()).isEqualTo(new Delivery.Delivered(shown(), 2));
    assertThat(pauses).containsExactly(Duration.ofSeconds(11));
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "-5", "99999999999999999999", ""})
  void retryAfterThatMakesNoSenseIsPassedOver(String value) {
    answers(aResponse().withStatus(429).withHeader("Retry-After", value), aResponse());

    assertThat(deliver()).isEqualTo(new Delivery.Delivered(shown(), 2));
    assertThat(pauses.getFirst()).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
  }

  @Test
  void retryAfterBeyondTheTotalEndsTheTries() {
    answers(aResponse().withStatus(429).withHeader("Retry-After", "3600"), aResponse());

    assertThat(deliver()).isEqualTo(new Delivery.Undelivered(shown(), 1, "it answered 429"));
    assertThat(pauses).isEmpty();
  }

  @Test
  void serverFaultIsRetriedWithBackoff() {
    SERVER.stubFor(post(urlEqualTo(path)).willReturn(aResponse().withStatus(500)));

    assertThat(deliver()).isEqualTo(new Delivery.Undelivered(shown(), 4, "it answered 500"));
    assertThat(pauses).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(pauses.get(i))
          .isBetween(Duration.ofMillis(250L << i), Duration.ofMillis(500L << i));
    }
  }

  @Test
  void serverFaultThenSuccessIsDelivered() {
    answers(aResponse().withStatus(500), aResponse());

    assertThat(deliver()).isEqualTo(new Delivery.Delivered(shown(), 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 410})
  void clientErrorsAreFinal(int status) {
    SERVER.stubFor(post(urlEqualTo(path)).willReturn(aResponse().withStatus(status)));

    assertThat(deliver()).isEqualTo(new Delivery.Undelivered(shown(), 1, "it answered " + status));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void redirectsAreNotFollowed(int status) {
    OTHER.stubFor(post(anyUrl()).willReturn(aResponse()));
    SERVER.stubFor(
        post(urlEqualTo(path))
            .willReturn(
                aResponse().withStatus(status).withHeader("Location", OTHER.url("/elsewhere"))));

    assertThat(deliver()).isEqualTo(new Delivery.Undelivered(shown(), 1, "it answered " + status));
    OTHER.verify(0, postRequestedFor(anyUrl()));
  }

  @Test
  void hangIsGivenUpAndTriedAgain() {
    answers(aResponse().withFixedDelay(120_000), aResponse());

    // Long enough for the second answer on a busy machine.
    assertThat(impatient(Duration.ofSeconds(5)).deliver(NOTICE))
        .containsExactly(new Delivery.Delivered(shown(), 2));
  }

  @Test
  void bodyThatDripsForEverIsGivenUp() {
    SERVER.stubFor(
        post(urlEqualTo(path))
            .willReturn(
                aResponse().withBody("x".repeat(4000)).withChunkedDribbleDelay(100, 60_000)));

    assertThat(impatient(Duration.ofMillis(300)).deliver(NOTICE))
        .singleElement()
        .isEqualTo(new Delivery.Undelivered(shown(), 4, "no answer within 300 ms"));
  }

  @Test
  void hugeAnswerIsNotReadToItsEnd() {
    SERVER.stubFor(post(urlEqualTo(path)).willReturn(aResponse().withBody("x".repeat(20_000_000))));

    assertThat(deliver()).isEqualTo(new Delivery.Delivered(shown(), 1));
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "RANDOM_DATA_THEN_CLOSE"})
  void brokenConnectionsAreTriedAgain(Fault fault) {
    answers(aResponse().withFault(fault), aResponse());

    assertThat(deliver()).isEqualTo(new Delivery.Delivered(shown(), 2));
  }

  @Test
  void nobodyListeningIsSaid() throws Exception {
    try (ClosedPort port = new ClosedPort()) {
      String base = "http://127.0.0.1:" + port.number();

      assertThat(notifier(POLICY, URI.create(base + "/SECRET")).deliver(NOTICE))
          .containsExactly(new Delivery.Undelivered(base + "/…", 4, "the connection was refused"));
    }
  }

  @Test
  void eachEndpointHasItsOwnOutcome() {
    SERVER.stubFor(post(urlEqualTo(path)).willReturn(aResponse().withStatus(404)));
    OTHER.stubFor(post(anyUrl()).willReturn(aResponse()));

    assertThat(notifier(POLICY, url(), URI.create(OTHER.url("/x"))).deliver(NOTICE))
        .satisfiesExactly(
            first -> assertThat(first).isInstanceOf(Delivery.Undelivered.class),
            second -> assertThat(second).isInstanceOf(Delivery.Delivered.class));
  }

  @Test
  void urlThatIsNoHttpUrlIsFinal() {
    assertThat(notifier(POLICY, URI.create("mailto:sre@example.org")).deliver(NOTICE))
        .singleElement()
        .isInstanceOf(Delivery.Undelivered.class);
  }

  @Test
  void failureIsLoggedWithoutTheSecretsOfTheUrl() {
    SERVER.stubFor(
        post(urlEqualTo(path)).willReturn(aResponse().withStatus(403).withBody("SECRET")));
    List<LogRecord> records = new CopyOnWriteArrayList<>();
    Handler handler = recorder(records);
    Logger logger = Logger.getLogger(WebhookNotifier.class.getName());
    logger.addHandler(handler);
    try {
      URI withUser =
          URI.create("http://user:SECRET@127.0.0.1:" + SERVER.getPort() + "/SECRET?t=SECRET");
      notifier(POLICY, url(), withUser, URI.create("nope://SECRET")).notify(NOTICE);
    } finally {
      logger.removeHandler(handler);
    }

    assertThat(records).isNotEmpty();
    assertThat(records)
        .allSatisfy(record -> {
          String text = java.text.MessageFormat.format(record.getMessage(), record.getParameters());
          assertThat(text).contains("site-e3").doesNotContain(path, "=SECRET", ":SECRET");
          assertThat(record.getThrown()).isNull();
        });
  }

  @Test
  void interruptEndsTheWait() {
    SERVER.stubFor(post(urlEqualTo(path)).willReturn(aResponse().withFixedDelay(120_000)));
    Thread.currentThread().interrupt();

    assertThat(notifier(POLICY).deliver(NOTICE))
        .containsExactly(new Delivery.Undelivered(shown(), 0, "the work was stopped"));
    assertThat(Thread.interrupted()).isTrue();
  }

  private void answers(ResponseDefinitionBuilder first, ResponseDefinitionBuilder then) {
    SERVER.stubFor(
        post(urlEqualTo(path))
            .inScenario("two")
            .whenScenarioStateIs(Scenario.STARTED)
            .willReturn(first)
            .willSetStateTo("again"));
    SERVER.stubFor(
        post(urlEqualTo(path)).inScenario("two").whenScenarioStateIs("again").willReturn(then));
  }

  private static Handler recorder(List<LogRecord> records) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        records.add(record);
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  private Delivery deliver() {
    return notifier(POLICY).deliver(NOTICE).getFirst();
  }

  private WebhookNotifier impatient(Duration attempt) {
    return notifier(
        new RetryPolicy(
            4, Duration.ofMillis(1), Duration.ofMillis(1), attempt, Duration.ofMinutes(2)));
  }

  private WebhookNotifier notifier(RetryPolicy policy, URI... urls) {
    return new WebhookNotifier(
        urls.length == 0 ? List.of(url()) : List.of(urls),
        policy,
        pauses::add,
        new SplittableRandom(7),
        InstantSource.fixed(NOW));
  }

  private URI url() {
    return URI.create(SERVER.url(path));
  }

  private static String shown() {
    return "http://localhost:" + SERVER.getPort() + "/…";
  }
}
