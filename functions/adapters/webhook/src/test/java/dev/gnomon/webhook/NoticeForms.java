package dev.gnomon.webhook;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

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
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A server that is sent notices in the form of a target, and what it was sent.
abstract class NoticeForms {
  static final Instant NOW = Instant.parse("2026-03-01T10:20:30Z");
  static final String ROUTING_KEY = "R0UT1NGKEY0000000000000000000000";
  static final String HOSTILE =
      "<!channel> & <https://evil.example|click> \u202eabc \r\nnext\u0000 \ud800 `*_~";
  static final Notice NOTICE =
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
  final Map<String, String> environment = new ConcurrentHashMap<>();

  @BeforeEach
  void keys() {
    environment.put("PD_KEY", ROUTING_KEY);
    environment.put("SIGNING", "wh_secret_of_16+");
    environment.put("TOKEN", "t0ken");
  }

  static Notice hostile() {
    Notice wild =
        Notice.of(
            HOSTILE, "kind\nof", Severity.WARNING, NOW, HOSTILE, HOSTILE + "€<&".repeat(35_000));
    for (int i = 0; i < 30; i++) {
      wild = wild.with("n<" + i, HOSTILE + "y&".repeat(100_000));
    }
    return wild;
  }

  static List<?> violations(String body) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(NoticeForms.class.getResourceAsStream("/notice.v1.schema.json"))) {
      Schema schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(in);
      return schema.validate(body, com.networknt.schema.InputFormat.JSON);
    }
  }

  static Channel slack() {
    return new Channel.Slack(new Secret.Given(SERVER.url("/services/T0/SECRET")));
  }

  static Channel pagerDuty() {
    return new Channel.PagerDuty(
        new Secret.Variable("PD_KEY"), URI.create(SERVER.url("/v2/enqueue")));
  }

  static Channel generic(Optional<Secret> secret) {
    return new Channel.Generic(new Secret.Given(SERVER.url("/hook/SECRET")), secret);
  }

  static Channel cloudEvent(Mode mode) {
    return new Channel.CloudEvent(
        new Secret.Given(SERVER.url("/events/SECRET")),
        mode,
        Optional.of(new Secret.Variable("TOKEN")));
  }

  static NotificationTarget target(Channel channel) {
    return new NotificationTarget("ops", channel, Severity.INFO);
  }

  Outcome send(Channel channel, Notice notice) {
    return sender().send(target(channel), notice);
  }

  WebhookNoticeSender sender() {
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

  static void answers(int status, String body) {
    SERVER.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(status).withBody(body)));
  }

  static LoggedRequest sent() {
    return SERVER.findAll(postRequestedFor(anyUrl())).getLast();
  }

  static JsonNode sentJson() throws IOException {
    return Json.MAPPER.readTree(sent().getBody());
  }
}
