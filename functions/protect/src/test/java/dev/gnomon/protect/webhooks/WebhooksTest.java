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
        .containsEntry("Location", receipt(answer).requests().getFirst().location());
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

    assertThat(scene.asked().onset()).contains(Instant.parse("2026-11-22T05:51:30.123Z"));
    assertThat(scene.asked().evidence().orElseThrow())
        .contains("LatencyHigh: Errors of orders", "ErrorRateHigh: Errors of orders");
    assertThat(repeated.headers()).isEqualTo(first.headers());
  }

  @Test
  void anAlertThatFiresBesideAnOldOneOfItsGroupIsARequestOfItsOwn() {
    String old =
        Fixture.text("alertmanager-firing.json")
            .replace(
                "{\"status\":\"firing\",\"labels\":{\"alertname\":\"LatencyHigh\"",
                "{\"status\":\"resolved\",\"labels\":{\"alertname\":\"LatencyHigh\"");
    Answer first = scene.webhooks().receive("alerts", Fixture.bearer(old, TOKEN).hook());
    Fixture both = Fixture.bearer(Fixture.text("alertmanager-firing.json"), TOKEN);

    Answer second = scene.webhooks().receive("alerts", both.hook());
    Answer again = scene.webhooks().receive("alerts", both.hook());

    assertThat(scene.sent).hasSize(2);
    RollbackRequested asked = (RollbackRequested) List.copyOf(scene.sent).getLast().data();
    assertThat(asked.onset()).contains(Instant.parse("2026-11-22T05:52:00.000000001Z"));
    assertThat(asked.reason().orElseThrow()).contains("LatencyHigh fires");
    assertThat(receipt(second).requests())
        .as("what is new, then what came before")
        .extracting(request -> request.id())
        .containsExactly(
            List.copyOf(scene.sent).getLast().id(), receipt(first).requests().getFirst().id());
    assertThat(receipt(again).requests())
        .containsExactlyInAnyOrderElementsOf(receipt(second).requests());
  }

  @Test
  void alertsThatWereOneRequestAreKnownEachByItself() {
    String whole = Fixture.text("alertmanager-firing.json");
    Answer first = scene.webhooks().receive("alerts", Fixture.bearer(whole, TOKEN).hook());
    String later =
        whole.replace(
            "{\"status\":\"firing\",\"labels\":{\"alertname\":\"ErrorRateHigh\"",
            "{\"status\":\"resolved\",\"labels\":{\"alertname\":\"ErrorRateHigh\"");

    Answer rest = scene.webhooks().receive("alerts", Fixture.bearer(later, TOKEN).hook());

    assertThat(scene.sent).hasSize(1);
    assertThat(receipt(rest)).isEqualTo(receipt(first));
  }

  @ParameterizedTest
  @CsvSource({
    "push, acme/shop, true",
    "workflow_dispatch, acme/shop, true",
    "pull_request, acme/shop, false",
    "pull_request_target, acme/shop, false",
    "issue_comment, acme/shop, false",
    "workflow_run, acme/shop, false",
    "pull_request, stranger/shop, false",
    "push, stranger/shop, false"
  })
  void aRunThatAStrangerMayHaveStartedMeansNothing(String event, String head, boolean taken) {
    Fixture run = run(event, head);

    Answer answer = scene.webhooks(runs()).receive("ci", run.hook());

    assertThat(answer.status()).isEqualTo(taken ? 202 : 200);
    assertThat(scene.sent).hasSize(taken ? 1 : 0);
  }

  @Test
  void aRuleMayNameTheRunsOfStrangersThatItMeans() {
    WebhookSender sender =
        sender(
            "ci",
            Kind.GITHUB,
            "env:KEY",
            new Rule(
                Map.of(
                    "event",
                    Set.of("workflow_run"),
                    "workflow_run.event",
                    Set.of("workflow_run"),
                    "workflow_run.head_repository.full_name",
                    Set.of("acme/shop")),
                ORDERS,
                Optional.empty()));

    Answer follows =
        scene.webhooks(List.of(sender)).receive("ci", run("workflow_run", "acme/shop").hook());
    Answer fork =
        scene.webhooks(List.of(sender)).receive("ci", run("workflow_run", "stranger/shop").hook());

    assertThat(follows.status()).isEqualTo(202);
    assertThat(fork.status()).isEqualTo(200);
  }

  private static List<WebhookSender> runs() {
    return List.of(
        sender(
            "ci",
            Kind.GITHUB,
            "env:KEY",
            new Rule(
                Map.of(
                    "event",
                    Set.of("workflow_run"),
                    "repository.full_name",
                    Set.of("acme/shop"),
                    "workflow_run.head_branch",
                    Set.of("main")),
                ORDERS,
                Optional.empty())));
  }

  private static Fixture run(String event, String headRepository) {
    String body = Fixture.text("github-workflow-run.json");
    int head = body.indexOf("\"head_repository\":");
    assertThat(head).isPositive();
    String from =
        body.substring(head)
            .replaceFirst("\"full_name\":\"[^\"]*\"", "\"full_name\":\"" + headRepository + "\"");
    return Fixture.gitHub(
        body.substring(0, head).replace("\"event\":\"push\"", "\"event\":\"" + event + "\"") + from,
        "workflow_run",
        "d-1",
        KEY);
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
