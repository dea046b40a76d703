package dev.gnomon.webhook;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notice.Action;
import dev.gnomon.core.actuators.Notice.Link;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.catalogue.NotificationTarget.Mode;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.notices.NoticeSender.Outcome;
import dev.gnomon.core.secrets.Secrets;
import io.cloudevents.CloudEvent;
import io.cloudevents.http.HttpMessageFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What each kind of target is sent, as its documentation says it, and what its answers mean.
class NoticeFormsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:20:30Z");
  private static final String ROUTING_KEY = "R0UT1NGKEY0000000000000000000000";
  private static final String HOSTILE =
      "<!channel> & <https://evil.example|click> \u202eabc \r\nnext\u0000 \ud800 `*_~";
  private static final Notice NOTICE =
      Notice.of(
              "/gnomon/rollback 7",
              "rollback-failed",
              Severity.CRITICAL,
              NOW,
              "Rollback failed: site",
              "Rollback site-e3 of site failed: no point is left. Now: frozen")
          .in("resource/site", Action.TRIGGER)
          .about("site")
          .with("Resource", "site")
          .with("Rollback", "site-e3")
          .linked(List.of(new Link("The rollback", "https://gnomon.example/rollbacks/site-e3")));

  @RegisterExtension
  static final WireMockExtension SERVER =
      WireMockExtension.newInstance()
          .options(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"))
          .build();

  @TempDir Path directory;
  private final Map<String, String> environment = new ConcurrentHashMap<>();

  @BeforeEach
  void keys() {
    environment.put("PD_KEY", ROUTING_KEY);
    environment.put("SIGNING", "wh_secret_of_16+");
    environment.put("TOKEN", "t0ken");
  }

  // ---- Slack

  @Test
  void slackIsSentTextFieldsLinksAndTheColourOfTheSeverity() throws Exception {
    answers(200, "ok");

    assertThat(send(slack(), NOTICE)).isEqualTo(new Outcome.Taken(1));

    JsonNode body = sentJson();
    assertThat(body.path("text").asText()).isEqualTo("[CRITICAL] Rollback failed: site");
    JsonNode attachment = body.path("attachments").path(0);
    assertThat(attachment.path("color").asText()).isEqualTo("#d40e0d");
    JsonNode blocks = attachment.path("blocks");
    assertThat(blocks).hasSize(4);
    assertThat(blocks.path(0).at("/text/text").asText()).startsWith("Rollback site-e3 of site");
    assertThat(blocks.path(0).at("/text/verbatim").asBoolean()).isTrue();
    assertThat(blocks.path(1).at("/fields/1/text").asText()).isEqualTo("*Rollback*\nsite-e3");
    assertThat(blocks.path(2).at("/text/text").asText())
        .isEqualTo("<https://gnomon.example/rollbacks/site-e3|The rollback>");
    assertThat(blocks.path(3).path("type").asText()).isEqualTo("context");
  }

  @Test
  void whatIsOverIsGreenForSlack() throws Exception {
    answers(200, "ok");

    send(slack(), NOTICE.in("resource/site", Action.RESOLVE));

    assertThat(sentJson().at("/attachments/0/color").asText()).isEqualTo("#2eb67d");
  }

  @Test
  void slacksLimitsHoldWhateverNamesAndReasonsSay() throws Exception {
    answers(200, "ok");
    Notice wild = hostile();

    send(slack(), wild);

    JsonNode body = sentJson();
    assertThat(body.path("text").asText()).hasSizeLessThanOrEqualTo(300);
    JsonNode blocks = body.at("/attachments/0/blocks");
    assertThat(blocks.size()).isLessThanOrEqualTo(50);
    assertThat(blocks.path(0).at("/text/text").asText()).hasSizeBetween(2900, 3000);
    assertThat(blocks.path(1).path("fields")).hasSize(10);
    blocks
        .path(1)
        .path("fields")
        .forEach(field -> assertThat(field.path("text").asText()).hasSizeLessThanOrEqualTo(2000));
    assertThat(sent().getBodyAsString())
        .contains("&lt;!channel&gt; &amp; &lt;https")
        .doesNotContain("<!", "<https://evil", "\u202e", "\\u0000");
  }

  @Test
  void linksThatSlackHasNoRoomForAreLeftOut() throws Exception {
    answers(200, "ok");
    Link link = new Link("x".repeat(100), "https://gnomon.example/?" + "a=b&".repeat(490));

    send(slack(), NOTICE.linked(List.of(link, link, new Link("short", "https://gnomon.example/"))));

    assertThat(sentJson().at("/attachments/0/blocks/2/text/text").asText())
        .hasSizeLessThanOrEqualTo(3000)
        .isEqualTo("<https://gnomon.example/|short>");
  }

  @Test
  void entitiesAreNotCutInHalf() {
    assertThat(Mrkdwn.escaped("a<<<", 9)).isEqualTo("a&lt;…");
    assertThat(Mrkdwn.escaped("a<", 5)).isEqualTo("a&lt;");
    assertThat(Mrkdwn.escaped("😀😀", 4)).isEqualTo("😀😀");
    assertThat(Mrkdwn.escaped("😀😀x", 4)).isEqualTo("😀…");
  }

  @Test
  void slacksWordForARefusalIsShown() {
    answers(400, "invalid_blocks");
    assertThat(send(slack(), NOTICE))
        .isEqualTo(new Outcome.Refused(1, "it answered 400: invalid_blocks"));
    answers(403, "<html>SECRET</html>");
    assertThat(send(slack(), NOTICE)).isEqualTo(new Outcome.Refused(1, "it answered 403"));
  }

  @ParameterizedTest
  @CsvSource({"200, <html>log in</html>", "200, ''", "204, ''"})
  void garbageInPlaceOfSlacksOkIsNoDelivery(int status, String body) {
    answers(status, body);

    assertThat(send(slack(), NOTICE)).isInstanceOf(Outcome.Waits.class);
  }

  // ---- PagerDuty

  @Test
  void pagerDutyIsSentATriggerWithTheKeyOfTheEpisode() throws Exception {
    answers(202, "{\"status\": \"success\"}");

    assertThat(send(pagerDuty(), NOTICE)).isEqualTo(new Outcome.Taken(1));

    assertThat(sentJson())
        .isEqualTo(
            Json.MAPPER.readTree(
                """
                {
                  "routing_key": "R0UT1NGKEY0000000000000000000000",
                  "event_action": "trigger",
                  "dedup_key": "gnomon/resource/site",
                  "client": "Gnomon",
                  "client_url": "https://gnomon.example/rollbacks/site-e3",
                  "links": [{"href": "https://gnomon.example/rollbacks/site-e3", "text": "The rollback"}],
                  "payload": {
                    "summary": "Rollback failed: site: Rollback site-e3 of site failed: no point is left. Now: frozen",
                    "source": "site",
                    "severity": "critical",
                    "timestamp": "2026-03-01T10:20:30Z",
                    "component": "site",
                    "group": "gnomon",
                    "class": "rollback-failed",
                    "custom_details": {
                      "text": "Rollback site-e3 of site failed: no point is left. Now: frozen",
                      "Resource": "site",
                      "Rollback": "site-e3",
                      "notice": "%s"
                    }
                  }
                }
                """
                    .formatted(NOTICE.key())));
  }

  @Test
  void theEndHasTheKeyOfItsIncidentAndNoPayload() throws Exception {
    answers(202, "");

    send(pagerDuty(), NOTICE.in("resource/site", Action.CLOSE).alarming("resource/site/refused"));

    assertThat(sentJson())
        .isEqualTo(
            Json.MAPPER.readTree(
                """
                {"routing_key": "%s", "event_action": "resolve", "dedup_key": "gnomon/resource/site/refused"}
                """
                    .formatted(ROUTING_KEY)));
  }

  @ParameterizedTest
  @CsvSource({"INFO, info", "WARNING, warning", "CRITICAL, critical"})
  void severitiesArePagerDutys(Severity severity, String said) throws Exception {
    answers(202, "");

    send(pagerDuty(), Notice.of("1", "k", severity, NOW, "t", "x"));

    assertThat(sentJson().at("/payload/severity").asText()).isEqualTo(said);
  }

  @Test
  void pagerDutysLimitsHold() throws Exception {
    answers(202, "");

    send(pagerDuty(), hostile().in("resource/" + "r".repeat(900), Action.TRIGGER));

    JsonNode body = sentJson();
    assertThat(body.at("/payload/summary").asText()).hasSizeBetween(900, 1024);
    assertThat(body.path("dedup_key").asText()).hasSizeLessThanOrEqualTo(255);
    assertThat(sent().getBody().length).isLessThan(512 * 1024);
  }

  @Test
  void aRefusalOfPagerDutyIsShownWithoutTheKey() {
    answers(
        400,
        "{\"status\": \"invalid event\", \"message\": \"Event object is invalid\", \"errors\": [\"bad key "
            + ROUTING_KEY
            + "\"]}");

    assertThat(send(pagerDuty(), NOTICE))
        .isEqualTo(new Outcome.Refused(1, "it answered 400: Event object is invalid; bad key …"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "<html>"})
  void garbageFromPagerDutyIsARefusalWithoutWords(String body) {
    answers(400, body);

    assertThat(send(pagerDuty(), NOTICE))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.reason()).startsWith("it answered 400"));
  }

  @Test
  void onlyAnAcceptedEventIsTaken() {
    answers(200, "<html>log in</html>");

    assertThat(send(pagerDuty(), NOTICE))
        .isEqualTo(new Outcome.Waits(2, "it answered 200, expected 202", Optional.empty()));
  }

  @Test
  void aRoutingKeyThatIsNotSetIsSaidByName() {
    environment.remove("PD_KEY");

    assertThat(send(pagerDuty(), NOTICE))
        .isEqualTo(
            new Outcome.Waits(0, "environment variable PD_KEY is not set", Optional.empty()));
  }

  // ---- generic

  @Test
  void aReceiverCanCheckWhoSentItAndWhen() throws Exception {
    answers(204, "");

    assertThat(send(generic(Optional.of(new Secret.Variable("SIGNING"))), NOTICE))
        .isEqualTo(new Outcome.Taken(1));

    LoggedRequest sent = sent();
    String timestamp = sent.getHeader("Gnomon-Timestamp");
    assertThat(Instant.ofEpochSecond(Long.parseLong(timestamp))).isEqualTo(NOW);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("wh_secret_of_16+".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    mac.update((timestamp + "." + sent.getBodyAsString()).getBytes(StandardCharsets.UTF_8));
    assertThat(sent.getHeader("Gnomon-Signature"))
        .isEqualTo("v1=" + java.util.HexFormat.of().formatHex(mac.doFinal()));
    assertThat(sent.getHeader("Idempotency-Key")).isEqualTo(NOTICE.key());
  }

  @Test
  void theSignatureOfAKnownBodyIsPinned() {
    // printf '1772360430.{}' | openssl dgst -sha256 -hmac wh_secret_of_16+
    assertThat(
            GenericForm.signature(
                "wh_secret_of_16+", "1772360430", "{}".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("94923aaa594b348ac85d4e557a9e8aa66988b35a05ffe9d46951e15d097f4e0c");
  }

  @Test
  void withoutASecretNothingIsSigned() {
    answers(200, "");

    send(generic(Optional.empty()), NOTICE);

    assertThat(sent().containsHeader("Gnomon-Signature")).isFalse();
  }

  @Test
  void theBodyIsWhatItsSchemaSays() throws Exception {
    answers(200, "");
    send(generic(Optional.empty()), NOTICE);
    assertThat(violations(sent().getBodyAsString())).isEmpty();
    assertThat(sentJson().path("severity").asText()).isEqualTo("critical");

    SERVER.resetRequests();
    send(generic(Optional.empty()), hostile());
    assertThat(violations(sent().getBodyAsString())).isEmpty();
    assertThat(sentJson().path("text").asText()).hasSizeLessThanOrEqualTo(Notice.MAX_TEXT);

    assertThat(violations("{\"version\": 2}")).isNotEmpty();
  }

  // ---- CloudEvent

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aCloudEventIsReadByTheSdkInBothModes(Mode mode) throws Exception {
    answers(202, "");
    Notice hostile = hostile().about("sité \"x\" %41");

    assertThat(send(cloudEvent(mode), hostile)).isEqualTo(new Outcome.Taken(1));

    LoggedRequest sent = sent();
    assertThat(sent.getHeader("Authorization")).isEqualTo("Bearer t0ken");
    assertThat(sent.getHeader("Content-Type"))
        .startsWith(mode == Mode.BINARY ? "application/json" : "application/cloudevents+json");
    CloudEvent event =
        HttpMessageFactory.createReader(
                put ->
                    sent.getHeaders()
                        .all()
                        .forEach(header -> put.accept(header.key(), header.firstValue())),
                sent.getBody())
            .toEvent();
    assertThat(event.getId()).isEqualTo(hostile.key());
    assertThat(event.getType()).isEqualTo("dev.gnomon.notice.v1");
    assertThat(event.getSource()).hasToString("/gnomon/notify");
    assertThat(event.getTime()).isEqualTo(NOW.atOffset(java.time.ZoneOffset.UTC));
    assertThat(event.getDataSchema())
        .hasToString("https://gnomon.dev/schemas/notice.v1.schema.json");
    assertThat(event.getSubject())
        .isEqualTo(mode == Mode.BINARY ? "sit%C3%A9%20%22x%22%20%2541" : "sité \"x\" %41");
    byte[] data = Objects.requireNonNull(event.getData()).toBytes();
    assertThat(violations(new String(data, StandardCharsets.UTF_8))).isEmpty();
  }

  // ---- secrets

  @Test
  void nothingThatIsShownOrSaidHoldsASecret() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "t0ken-in-a-file\n");
    List<Channel> channels =
        List.of(
            slack(),
            pagerDuty(),
            generic(Optional.of(new Secret.Variable("SIGNING"))),
            new Channel.CloudEvent(
                new Secret.Given(SERVER.url("/SECRET")),
                Mode.STRUCTURED,
                Optional.of(new Secret.Content(file))));
    answers(500, ROUTING_KEY);

    for (Channel channel : channels) {
      String all =
          sender().shown(target(channel), NOTICE) + send(channel, NOTICE) + target(channel);
      assertThat(all)
          .doesNotContain(ROUTING_KEY, "wh_secret_of_16+", "t0ken-in-a-file", "SECRET", "t0ken\"");
    }
    assertThat(sent().getHeader("Authorization")).isEqualTo("Bearer t0ken-in-a-file");
  }

  @Test
  void aFileOfASecretThatCantBeReadIsNamed() throws Exception {
    Path large = Files.write(directory.resolve("large"), new byte[Secrets.MAX_BYTES + 1]);
    Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff});
    for (Path file : List.of(directory.resolve("none"), directory, large, binary)) {
      assertThat(send(new Channel.Slack(new Secret.Content(file)), NOTICE))
          .isInstanceOfSatisfying(
              Outcome.Waits.class, waits -> assertThat(waits.reason()).contains(file.toString()));
    }
  }

  // ---- helpers

  private static Notice hostile() {
    Notice wild =
        Notice.of(
            HOSTILE, "kind\nof", Severity.WARNING, NOW, HOSTILE, HOSTILE + "€<&".repeat(35_000));
    for (int i = 0; i < 30; i++) {
      wild = wild.with("n<" + i, HOSTILE + "y&".repeat(100_000));
    }
    return wild;
  }

  private static List<?> violations(String body) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            NoticeFormsTest.class.getResourceAsStream("/notice.v1.schema.json"))) {
      Schema schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(in);
      return schema.validate(body, com.networknt.schema.InputFormat.JSON);
    }
  }

  private static Channel slack() {
    return new Channel.Slack(new Secret.Given(SERVER.url("/services/T0/SECRET")));
  }

  private static Channel pagerDuty() {
    return new Channel.PagerDuty(
        new Secret.Variable("PD_KEY"), URI.create(SERVER.url("/v2/enqueue")));
  }

  private static Channel generic(Optional<Secret> secret) {
    return new Channel.Generic(new Secret.Given(SERVER.url("/hook/SECRET")), secret);
  }

  private static Channel cloudEvent(Mode mode) {
    return new Channel.CloudEvent(
        new Secret.Given(SERVER.url("/events/SECRET")),
        mode,
        Optional.of(new Secret.Variable("TOKEN")));
  }

  private static NotificationTarget target(Channel channel) {
    return new NotificationTarget("ops", channel, Severity.INFO);
  }

  private Outcome send(Channel channel, Notice notice) {
    return sender().send(target(channel), notice);
  }

  private WebhookNoticeSender sender() {
    return new WebhookNoticeSender(
        name -> Optional.ofNullable(environment.get(name)),
        new RetryPolicy(
            2,
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2)),
        pause -> {},
        new SplittableRandom(7),
        InstantSource.fixed(NOW));
  }

  private static void answers(int status, String body) {
    SERVER.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(status).withBody(body)));
  }

  private static LoggedRequest sent() {
    return SERVER.findAll(postRequestedFor(anyUrl())).getLast();
  }

  private static JsonNode sentJson() throws IOException {
    return Json.MAPPER.readTree(sent().getBody());
  }
}
