package dev.gnomon.protect.webhooks;

import static dev.gnomon.protect.webhooks.Fixture.KEY;
import static dev.gnomon.protect.webhooks.Fixture.NOW;
import static dev.gnomon.protect.webhooks.Fixture.TOKEN;
import static dev.gnomon.protect.webhooks.HookScene.SECONDS;
import static dev.gnomon.protect.webhooks.HookScene.deployment;
import static dev.gnomon.protect.webhooks.HookScene.receipt;
import static dev.gnomon.protect.webhooks.HookScene.rule;
import static dev.gnomon.protect.webhooks.HookScene.sender;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.WebhookSender;
import dev.gnomon.core.catalogue.WebhookSender.Kind;
import dev.gnomon.core.catalogue.WebhookSender.Rule;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.events.By;
import dev.gnomon.events.EventJson;
import dev.gnomon.events.EventSchemas;
import dev.gnomon.events.EventTypes;
import dev.gnomon.events.Outgoing;
import dev.gnomon.events.RollbackRequested;
import dev.gnomon.runtime.http.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What webhooks ask for.
class WebhooksTest {
  private static final ResourceName ORDERS = new ResourceName("orders");

  private final HookScene scene = new HookScene();

  @Test
  void aGenuineWebhookIsTakenAtOnceAndSaysWhereToLook() throws Exception {
    Answer answer = scene.webhooks().receive("ci", deployment("d-1").hook());

    assertThat(answer.status()).isEqualTo(202);
    String id = receipt(answer).requests().getFirst().id();
    assertThat(answer.headers())
        .containsEntry("Location", "/requests/" + id + "?source=%2Fgnomon%2Fwebhook");
    assertThat(scene.sent).extracting(Outgoing::id).containsExactly(id);
    RollbackRequested asked = scene.asked();
    assertThat(asked.resource()).contains("orders");
    assertThat(asked.by()).isEqualTo(By.AUTOMATION);
    assertThat(asked.onset()).contains(Instant.parse("2026-11-22T05:58:10Z"));
    assertThat(asked.reason().orElseThrow())
        .contains("github 'ci'", "delivery d-1", "acme/shop to production ended with failure");
    assertThat(asked.evidence().orElseThrow()).contains("https://ci.example.com/acme/shop/runs/7");
    assertThat(
            new EventSchemas()
                .check(
                    EventTypes.find(RollbackRequested.TYPE).orElseThrow(),
                    EventJson.MAPPER.writeValueAsString(asked)))
        .isEmpty();
    assertThat(scene.openWork().open(OpenWork.Kind.WEBHOOKS)).isEmpty();
    assertThat(scene.counted("ci", "taken")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"alerts, alertmanager-firing.json", "argo, argo-rollouts-aborted.json"})
  void sendersWithATokenAreTaken(String name, String file) {
    Answer answer =
        scene.webhooks().receive(name, Fixture.bearer(Fixture.text(file), TOKEN).hook());

    assertThat(answer.status()).isEqualTo(202);
    assertThat(scene.asked().resource()).contains("orders");
  }

  @Test
  void alertsThatMeanTheSameAreOneRequestAndTheOldestIsItsCause() {
    Hook hook = Fixture.bearer(Fixture.text("alertmanager-firing.json"), TOKEN).hook();

    Answer first = scene.webhooks().receive("alerts", hook);
    Answer repeated =
        scene
            .webhooks()
            .receive("alerts", new Hook(hook.headers(), hook.body(), NOW.plusSeconds(3600)));

    assertThat(scene.asked().onset()).contains(Instant.parse("2026-11-22T06:01:30.123Z"));
    assertThat(scene.asked().evidence().orElseThrow())
        .contains("LatencyHigh: Errors of orders", "ErrorRateHigh: Errors of orders");
    assertThat(repeated.headers()).isEqualTo(first.headers());
  }

  @Test
  void whatOnlyTellsWhenTroubleWasNoticedMayHaveBegunTenMinutesBefore() {
    String body = Fixture.text("flagger-event-failed.json").replace("TOKEN", TOKEN);

    scene.webhooks().receive("flagger", Fixture.of(body).hook());

    assertThat(scene.asked().onset()).contains(Instant.parse("2026-11-22T05:53:41Z"));
  }

  @Test
  void aRuleMayLookBackFurtherAndAClockThatIsAheadCountsAsNow() {
    WebhookSender sender =
        sender(
            "script",
            Kind.GENERIC,
            "env:KEY",
            new Rule(
                Map.of("service", Set.of("orders", "stock"), "stage", Set.of("prod")),
                ORDERS,
                Optional.of(Duration.ofHours(1))),
            rule("service", "other", "stock"));
    String body = "{\"service\":\"stock\",\"stage\":\"prod\",\"onset\":\"2027-01-01T00:00:00Z\"}";

    scene.webhooks(List.of(sender)).receive("script", Fixture.generic(body, SECONDS, KEY).hook());

    assertThat(scene.asked().resource()).contains("orders");
    assertThat(scene.asked().onset()).contains(NOW.minus(Duration.ofHours(1)));
  }

  @Test
  void severalRulesMaySendOneWebhookToSeveralResources() {
    WebhookSender sender =
        sender(
            "script",
            Kind.GENERIC,
            "env:KEY",
            rule("service", "shop", "orders"),
            rule("service", "shop", "stock"));

    Answer answer =
        scene
            .webhooks(List.of(sender))
            .receive("script", Fixture.generic("{\"service\":\"shop\"}", SECONDS, KEY).hook());

    assertThat(receipt(answer).requests())
        .extracting(request -> request.resource().value())
        .containsExactly("orders", "stock");
    assertThat(scene.sent).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"service\":\"other\"}", "{}", "{\"service\":[\"orders\"]}"})
  void whatNoRuleFitsStartsNothing(String body) {
    Answer answer = scene.script(body);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(receipt(answer).nothing()).contains("no rule says which resource is meant");
    assertThat(scene.sent).isEmpty();
  }

  @Test
  void troubleThatBeganLongAgoStartsNothing() {
    String body = "{\"service\":\"orders\",\"onset\":\"2026-11-21T06:04:00Z\"}";

    assertThat(receipt(scene.script(body)).nothing().orElseThrow()).contains("maxAge");
    assertThat(scene.sent).isEmpty();
  }
}
