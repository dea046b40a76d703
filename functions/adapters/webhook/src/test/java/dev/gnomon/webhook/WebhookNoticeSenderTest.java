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
import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.notices.NoticeSender;
import dev.gnomon.core.notices.NoticeSender.Outcome;
import dev.gnomon.verification.waits.ClosedPort;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How notices travel, whatever their form; by the plainest one.
class WebhookNoticeSenderTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:20:30Z");
  private static final Notice NOTICE =
      Notice.of(
          "site-e3",
          "rollback-completed",
          Severity.CRITICAL,
          NOW,
          "Rolled back",
          "site was rolled back to site@7");
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

  /// With a certificate that nobody vouches for.
  @RegisterExtension
  static final WireMockExtension TLS =
      WireMockExtension.newInstance()
          .options(wireMockConfig().dynamicPort().dynamicHttpsPort().bindAddress("127.0.0.1"))
          .build();

  private static final AtomicInteger TESTS = new AtomicInteger();

  /// Each test's own: a request that an earlier test gave up may still arrive, and must not take an
  /// answer that is meant for this one.
  private final String path = "/services/T" + TESTS.getAndIncrement() + "/SECRET";

  private final List<Duration> pauses = new CopyOnWriteArrayList<>();
  private final Map<String, String> environment = new java.util.concurrent.ConcurrentHashMap<>();

  @Test
  void aBareAddressIsSentWhatSlackAndItsLikeAccept() {
    SERVER.stubFor(post(urlEqualTo(path)).willReturn(aResponse().withStatus(200).withBody("ok")));

    assertThat(deliver()).isEqualTo(new Outcome.Taken(1));
    SERVER.verify(
        postRequestedFor(urlEqualTo(path))
            .withHeader("Content-Type", equalTo("application/json"))
            .withHeader("Idempotency-Key", equalTo(NOTICE.key()))
            .withRequestBody(
                equalToJson("{\"text\": \"[CRITICAL] site was rolled back to site@7\"}")));
  }

  @Test
  void textIsEscapedAndBounded() {
    SERVER.stubFor(post(urlEqualTo(path)).willReturn(aResponse().withStatus(200)));
    Notice wild = Notice.of("ü\n", "k", Severity.INFO, NOW, "t", "a <b> & c " + "€".repeat(5000));

    assertThat(sender(POLICY).send(target(url()), wild)).isInstanceOf(Outcome.Taken.class);

    String sent = SERVER.findAll(postRequestedFor(urlEqualTo(path))).getFirst().getBodyAsString();
    assertThat(sent).contains("a &lt;b&gt; &amp; c €").hasSizeLessThan(3100);
  }

  @Test
  void retryAfterIsHonoured() {
    answers(aResponse().withStatus(429).withHeader("Retry-After", "7"), aResponse());

    assertThat(deliver()).isEqualTo(new Outcome.Taken(2));
    assertThat(pauses).containsExactly(Duration.ofSeconds(7));
  }

  @Test
  void retryAfterMayBeADate() {
    answers(
        aResponse().withStatus(503).withHeader("Retry-After", "Sun, 1 Mar 2026 10:20:41 GMT"),
        aResponse());

    assertThat(deliver()).isEqualTo(new Outcome.Taken(2));
    assertThat(pauses).containsExactly(Duration.ofSeconds(11));
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "-5", "99999999999999999999", ""})
  void retryAfterThatMakesNoSenseIsPassedOver(String value) {
    answers(aResponse().withStatus(429).withHeader("Retry-After", value), aResponse());

    assertThat(deliver()).isEqualTo(new Outcome.Taken(2));
    assertThat(pauses.getFirst()).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Fri, 31 Dec 9999 23:59:59 GMT", "999999999"})
  void aRetryAfterOfAgesIsHandedOnAsTheLongestPause(String value) {
    answers(aResponse().withStatus(503).withHeader("Retry-After", value), aResponse());

    assertThat(deliver())
        .isEqualTo(
            new Outcome.Waits(1, "it answered 503", Optional.of(NoticeSender.LONGEST_PAUSE)));
  }

  @Test
  void retryAfterBeyondTheTotalEndsTheTriesAndIsHandedOn() {
    answers(aResponse().withStatus(429).withHeader("Retry-After", "3600"), aResponse());

    assertThat(deliver())
        .isEqualTo(new Outcome.Waits(1, "it answered 429", Optional.of(Duration.ofSeconds(3600))));
    assertThat(pauses).isEmpty();
  }

  @Test
  void serverFaultIsRetriedWithBackoff() {
    SERVER.stubFor(post(urlEqualTo(path)).willReturn(aResponse().withStatus(500)));

    assertThat(deliver()).isEqualTo(new Outcome.Waits(4, "it answered 500", Optional.empty()));
    assertThat(pauses).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(pauses.get(i))
          .isBetween(Duration.ofMillis(250L << i), Duration.ofMillis(500L << i));
    }
  }

  @Test
  void serverFaultThenSuccessIsTaken() {
    answers(aResponse().withStatus(500), aResponse());

    assertThat(deliver()).isEqualTo(new Outcome.Taken(2));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 410})
  void clientErrorsAreFinal(int status) {
    SERVER.stubFor(
        post(urlEqualTo(path)).willReturn(aResponse().withStatus(status).withBody("SECRET")));

    assertThat(deliver()).isEqualTo(new Outcome.Refused(1, "it answered " + status));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void redirectsAreNotFollowed(int status) {
    OTHER.stubFor(post(anyUrl()).willReturn(aResponse()));
    SERVER.stubFor(
        post(urlEqualTo(path))
            .willReturn(
                aResponse().withStatus(status).withHeader("Location", OTHER.url("/elsewhere"))));

    assertThat(deliver()).isEqualTo(new Outcome.Refused(1, "it answered " + status));
    OTHER.verify(0, postRequestedFor(anyUrl()));
  }

  @Test
  void hangIsGivenUpAndTriedAgain() {
    answers(aResponse().withFixedDelay(120_000), aResponse());

    // Long enough for the second answer on a busy machine.
    assertThat(impatient(Duration.ofSeconds(5)).send(target(url()), NOTICE))
        .isEqualTo(new Outcome.Taken(2));
  }

  @Test
  void bodyThatDripsForEverIsGivenUp() {
    SERVER.stubFor(
        post(urlEqualTo(path))
            .willReturn(
                aResponse().withBody("x".repeat(4000)).withChunkedDribbleDelay(100, 60_000)));

    assertThat(impatient(Duration.ofMillis(300)).send(target(url()), NOTICE))
        .isEqualTo(new Outcome.Waits(4, "no answer within 300 ms", Optional.empty()));
  }

  @Test
  void hugeAnswerIsNotReadToItsEnd() {
    SERVER.stubFor(post(urlEqualTo(path)).willReturn(aResponse().withBody("x".repeat(20_000_000))));

    assertThat(deliver()).isEqualTo(new Outcome.Taken(1));
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "RANDOM_DATA_THEN_CLOSE"})
  void brokenConnectionsAreTriedAgain(Fault fault) {
    answers(aResponse().withFault(fault), aResponse());

    assertThat(deliver()).isEqualTo(new Outcome.Taken(2));
  }

  @Test
  void nobodyListeningIsSaid() throws Exception {
    try (ClosedPort port = new ClosedPort()) {
      String url = "http://127.0.0.1:" + port.number() + "/SECRET";

      assertThat(sender(POLICY).send(target(url), NOTICE))
          .isEqualTo(new Outcome.Waits(4, "the connection was refused", Optional.empty()));
    }
  }

  @Test
  void aCertificateThatNobodyVouchesForIsNotTrusted() {
    TLS.stubFor(post(urlEqualTo(path)).willReturn(aResponse()));
    String url = "https://localhost:" + TLS.getHttpsPort() + path;

    Outcome outcome = sender(POLICY).send(target(url), NOTICE);

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Waits.class,
            waits ->
                assertThat(waits.reason())
                    .contains("not trusted", "SSL_CERT_FILE")
                    .doesNotContain("SECRET"));
    TLS.verify(0, postRequestedFor(urlEqualTo(path)));
  }

  @Test
  void aServerThatSpeaksNoTlsIsNotSentAnything() {
    SERVER.stubFor(post(urlEqualTo(path)).willReturn(aResponse()));
    String url = "https://localhost:" + SERVER.getPort() + path;

    assertThat(sender(POLICY).send(target(url), NOTICE)).isInstanceOf(Outcome.Waits.class);
    SERVER.verify(0, postRequestedFor(urlEqualTo(path)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mailto:SECRET@example.org", "nope", "https:///SECRET", "http://SEC RET"})
  void anAddressThatIsNoneIsNotShown(String url) {
    assertThat(sender(POLICY).send(target(url), NOTICE))
        .isEqualTo(
            new Outcome.Waits(
                0, "its address is not of the form https://host/path", Optional.empty()));
  }

  @Test
  void anAddressMayComeFromTheEnvironmentAndCountsAnewEachTime() {
    SERVER.stubFor(post(urlEqualTo(path)).willReturn(aResponse()));
    NotificationTarget target =
        new NotificationTarget("ops", new Channel.Text(new Secret.Variable("HOOK")), Severity.INFO);

    assertThat(sender(POLICY).send(target, NOTICE))
        .isEqualTo(new Outcome.Waits(0, "environment variable HOOK is not set", Optional.empty()));
    environment.put("HOOK", " \n");
    assertThat(sender(POLICY).send(target, NOTICE))
        .isEqualTo(new Outcome.Waits(0, "env:HOOK is empty", Optional.empty()));
    environment.put("HOOK", url() + "\n");
    assertThat(sender(POLICY).send(target, NOTICE)).isEqualTo(new Outcome.Taken(1));
  }

  @Test
  void noFormOfATargetShowsItsAddress() {
    assertThat(target(url()).toString()).doesNotContain("SECRET");
  }

  @Test
  void interruptEndsTheWait() {
    SERVER.stubFor(post(urlEqualTo(path)).willReturn(aResponse().withFixedDelay(120_000)));
    Thread.currentThread().interrupt();

    Outcome outcome =
        new WebhookNoticeSender(
                this::variable,
                POLICY,
                Thread::sleep,
                new SplittableRandom(7),
                InstantSource.fixed(NOW))
            .send(target(url()), NOTICE);

    assertThat(outcome).isEqualTo(new Outcome.Waits(1, "the work was stopped", Optional.empty()));
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

  private Outcome deliver() {
    return sender(POLICY).send(target(url()), NOTICE);
  }

  private WebhookNoticeSender impatient(Duration attempt) {
    return sender(
        new RetryPolicy(
            4, Duration.ofMillis(1), Duration.ofMillis(1), attempt, Duration.ofMinutes(2)));
  }

  private WebhookNoticeSender sender(RetryPolicy policy) {
    return new WebhookNoticeSender(
        this::variable, policy, pauses::add, new SplittableRandom(7), InstantSource.fixed(NOW));
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name));
  }

  private static NotificationTarget target(String url) {
    return new NotificationTarget("ops", new Channel.Text(new Secret.Given(url)), Severity.INFO);
  }

  private String url() {
    return SERVER.url(path);
  }
}
