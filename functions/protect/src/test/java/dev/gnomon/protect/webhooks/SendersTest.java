package dev.gnomon.protect.webhooks;

import static dev.gnomon.protect.webhooks.Fixture.KEY;
import static dev.gnomon.protect.webhooks.Fixture.NOW;
import static dev.gnomon.protect.webhooks.Fixture.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.secrets.KeyRing;
import dev.gnomon.core.secrets.Secrets;
import dev.gnomon.runtime.http.Rejection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who is let in, and what each sender's own bodies are read as.
class SendersTest {
  private static final GenericSender GENERIC = new GenericSender(Duration.ofMinutes(5));
  private static final long SECONDS = NOW.getEpochSecond();
  private static final String BODY = "{\"service\":\"orders\"}";

  private static boolean lets(Sender sender, Fixture fixture, String... keys) {
    KeyRing ring =
        new KeyRing(
            "a test",
            Stream.of(keys).<Secret>map(Secret.Given::new).toList(),
            new Secrets(name -> Optional.empty()));
    return sender.isAuthentic(ring, fixture.hook());
  }

  private static List<Cause> causes(Sender sender, Fixture fixture) {
    return switch (sender.read(fixture.hook())) {
      case Reading.Trouble trouble -> trouble.causes();
      case Reading.Nothing nothing -> throw new AssertionError(nothing.why());
    };
  }

  private static Cause cause(Sender sender, Fixture fixture) {
    assertThat(causes(sender, fixture)).hasSize(1);
    return causes(sender, fixture).getFirst();
  }

  private static String nothing(Sender sender, Fixture fixture) {
    return switch (sender.read(fixture.hook())) {
      case Reading.Trouble trouble -> throw new AssertionError(trouble.causes());
      case Reading.Nothing nothing -> nothing.why();
    };
  }

  private static Fixture deployment() {
    return gitHub("github-deployment-status.json", "deployment_status");
  }

  private static Fixture gitHub(String file, String event) {
    return Fixture.gitHub(Fixture.text(file), event, "72d3162e-cc78-11e3-81ab-4c9367dc0958", KEY);
  }

  private static String flagger(String file) {
    return Fixture.text(file).replace("TOKEN", TOKEN);
  }

  static Stream<Arguments> genuine() {
    return Stream.of(
        Arguments.of(GENERIC, Fixture.generic(BODY, SECONDS, KEY), KEY),
        Arguments.of(new GitHubSender(), deployment(), KEY),
        Arguments.of(new AlertmanagerSender(), Fixture.bearer(BODY, TOKEN), TOKEN),
        Arguments.of(new ArgoRolloutsSender(), Fixture.bearer(BODY, TOKEN), TOKEN),
        Arguments.of(new FlaggerSender(), Fixture.of(flagger("flagger-event-failed.json")), TOKEN));
  }

  @ParameterizedTest
  @MethodSource("genuine")
  void whoHoldsOneOfTheKeysIsLetIn(Sender sender, Fixture fixture, String key) {
    assertThat(lets(sender, fixture, key)).isTrue();
    assertThat(lets(sender, fixture, "another-key-of-characters", key)).isTrue();
    assertThat(lets(sender, fixture, key, "another-key-of-characters")).isTrue();
    assertThat(lets(sender, fixture, "another-key-of-characters")).isFalse();
    assertThat(lets(sender, fixture, key + "x")).isFalse();
    assertThat(lets(sender, fixture, key.substring(1))).isFalse();
  }

  @ParameterizedTest
  @MethodSource("genuine")
  void withoutItsProofNobodyIsLetIn(Sender sender, Fixture fixture, String key) {
    Fixture bare =
        Fixture.of(BODY).with("X-GitHub-Event", "deployment_status").with("X-GitHub-Delivery", "d");

    assertThat(lets(sender, bare, key)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "Gnomon-Timestamp, none",
        "Gnomon-Timestamp, 1795327501",
        "Gnomon-Timestamp, -1795327500",
        "Gnomon-Timestamp, NaN",
        "Gnomon-Timestamp, 1.795327500e9",
        "Gnomon-Timestamp, 9999999999999",
        "Gnomon-Timestamp, ' 1795327500'",
        "Gnomon-Signature, none",
        "Gnomon-Signature, v1=",
        "Gnomon-Signature, v0=00",
        "Gnomon-Signature," + " v1=0000000000000000000000000000000000000000000000000000000000000000"
      })
  void headersOfAnotherFormLetNobodyIn(String header, String value) {
    assertThat(SECONDS).isEqualTo(1795327500);
    Fixture genuine = Fixture.generic(BODY, SECONDS, KEY);
    Fixture changed = value == null ? genuine.without(header) : genuine.instead(header, value);

    assertThat(lets(GENERIC, changed, KEY)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Gnomon-Timestamp", "Gnomon-Signature"})
  void aHeaderThatIsSentTwiceLetsNobodyIn(String header) {
    Fixture genuine = Fixture.generic(BODY, SECONDS, KEY);
    String value = genuine.hook().header(header).orElseThrow();

    assertThat(lets(GENERIC, genuine.with(header, value), KEY)).isFalse();
  }

  @Test
  void aSecondSignatureOrTokenLetsNobodyIn() {
    String signature = deployment().hook().header("X-Hub-Signature-256").orElseThrow();

    assertThat(lets(new GitHubSender(), deployment().with("X-Hub-Signature-256", signature), KEY))
        .isFalse();
    assertThat(
            lets(
                new AlertmanagerSender(),
                Fixture.bearer(BODY, TOKEN).with("Authorization", "Bearer " + TOKEN),
                TOKEN))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({"-300, true", "-301, false", "0, true", "300, true", "301, false", "99999999, false"})
  void clocksMayDifferByTheToleranceAndAnOldRequestIsNone(long ahead, boolean let) {
    assertThat(lets(GENERIC, Fixture.generic(BODY, SECONDS + ahead, KEY), KEY)).isEqualTo(let);
  }

  @Test
  void whatWasSignedMayNotBeMoved() {
    Fixture genuine = Fixture.generic("1.{}", 1795327500, KEY);
    String signature = genuine.hook().header(GenericSender.SIGNATURE).orElseThrow();
    Fixture moved =
        Fixture.of("{}")
            .with(GenericSender.TIMESTAMP, "1795327500.1")
            .with(GenericSender.SIGNATURE, signature);

    assertThat(lets(GENERIC, moved, KEY)).isFalse();
  }

  @Test
  void aRequestOfAScriptIsReadWithItsOwnIdOnsetAndReason() {
    String body =
        """
        {"id":"deploy-7","service":"orders","onset":"2026-11-22T06:00:00+01:00","reason":"smoke\\ntest"}\
        """;

    Cause cause = cause(GENERIC, Fixture.generic(body, SECONDS, KEY));

    assertThat(cause.delivery()).isEqualTo("deploy-7");
    assertThat(cause.told()).isEqualTo(Instant.parse("2026-11-22T05:00:00Z"));
    assertThat(cause.began()).isTrue();
    assertThat(cause.what()).isEqualTo("smoke test");
    assertThat(cause.content()).isPresent();
  }

  @Test
  void withoutAnIdTimeAndBodyAreTheReplayKey() {
    String first = cause(GENERIC, Fixture.generic(BODY, SECONDS, KEY)).delivery();

    assertThat(cause(GENERIC, Fixture.generic(BODY, SECONDS, TOKEN)).delivery()).isEqualTo(first);
    assertThat(cause(GENERIC, Fixture.generic(BODY, SECONDS + 1, KEY)).delivery())
        .isNotEqualTo(first);
    assertThat(cause(GENERIC, Fixture.generic(BODY + " ", SECONDS, KEY)).delivery())
        .isNotEqualTo(first);
  }

  @Test
  void aDeploymentThatFailedBeganWhenItWasMade() {
    Cause cause = cause(new GitHubSender(), deployment());

    assertThat(cause.delivery()).isEqualTo("72d3162e-cc78-11e3-81ab-4c9367dc0958");
    assertThat(cause.unsigned()).isTrue();
    assertThat(cause.told()).isEqualTo(Instant.parse("2026-11-22T05:58:10Z"));
    assertThat(cause.what())
        .isEqualTo("the deployment of acme/shop to production ended with failure");
    assertThat(Rules.find(cause.fields(), "event")).contains("deployment_status");
    assertThat(Rules.find(cause.fields(), "deployment.environment")).contains("production");
  }

  @ParameterizedTest
  @CsvSource({
    "error, true",
    "failure, true",
    "success, false",
    "pending, false",
    "in_progress, false",
    "inactive, false"
  })
  void onlyADeploymentThatFailedIsTrouble(String state, boolean trouble) {
    String body =
        Fixture.text("github-deployment-status.json")
            .replace("\"state\":\"failure\"", "\"state\":\"" + state + "\"");
    Fixture fixture = Fixture.gitHub(body, "deployment_status", "d", KEY);

    assertThat(new GitHubSender().read(fixture.hook()) instanceof Reading.Trouble)
        .isEqualTo(trouble);
  }

  @ParameterizedTest
  @CsvSource({
    "completed, failure, true",
    "completed, timed_out, true",
    "completed, startup_failure, true",
    "completed, cancelled, false",
    "completed, success, false",
    "requested, failure, false"
  })
  void onlyARunThatFailedIsTrouble(String action, String conclusion, boolean trouble) {
    String body =
        Fixture.text("github-workflow-run.json")
            .replace("\"action\":\"completed\"", "\"action\":\"" + action + "\"")
            .replace("\"conclusion\":\"failure\"", "\"conclusion\":\"" + conclusion + "\"");
    Fixture fixture = Fixture.gitHub(body, "workflow_run", "d", KEY);

    assertThat(new GitHubSender().read(fixture.hook()) instanceof Reading.Trouble)
        .isEqualTo(trouble);
    if (trouble) {
      assertThat(cause(new GitHubSender(), fixture).told())
          .isEqualTo(Instant.parse("2026-11-22T05:58:05Z"));
    }
  }

  @Test
  void aPingAndOtherEventsAreTakenAndStartNothing() {
    assertThat(nothing(new GitHubSender(), gitHub("github-ping.json", "ping"))).contains("ping");
  }

  @Test
  void ofAGroupOnlyWhatFiresIsTroubleEachAlertWithItsOwnKey() {
    List<Cause> causes = causes(new AlertmanagerSender(), Fixture.file("alertmanager-firing.json"));

    assertThat(causes)
        .extracting(Cause::delivery)
        .containsExactly(
            "d41d8cd98f00b204 2026-11-22T06:02:00.000000001Z",
            "c6eadffa33fcdf37 2026-11-22T06:01:30.123Z");
    Cause errors = causes.getLast();
    assertThat(errors.told()).isEqualTo(Instant.parse("2026-11-22T06:01:30.123Z"));
    assertThat(errors.began()).as("an alert fires after its `for`").isFalse();
    assertThat(errors.evidence()).contains("ErrorRateHigh: Errors of orders");
    assertThat(Rules.find(errors.fields(), "labels.service")).contains("orders");
    assertThat(Rules.find(errors.fields(), "receiver")).contains("gnomon");
    assertThat(nothing(new AlertmanagerSender(), Fixture.file("alertmanager-resolved.json")))
        .isEqualTo("no alert fires");
  }

  @Test
  void anAlertWithoutFingerprintIsKnownByItsLabels() {
    String body =
        """
        {"alerts":[{"status":"firing","labels":{"b":"2","a":"1"},"startsAt":"2026-11-22T06:00:00Z"}]}\
        """;
    Cause cause = cause(new AlertmanagerSender(), Fixture.of(body));
    Cause turned =
        cause(
            new AlertmanagerSender(),
            Fixture.of(body.replace("\"b\":\"2\",\"a\":\"1\"", "\"a\":\"1\",\"b\":\"2\"")));

    assertThat(turned.delivery()).isEqualTo(cause.delivery());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"status\":\"firing\",\"labels\":{}}",
        "{\"status\":\"firing\",\"startsAt\":\"0001-01-01T00:00:00Z\"}",
        "{\"status\":\"firing\",\"startsAt\":\"yesterday\"}",
        "{\"labels\":{}}",
        "7"
      })
  void anAlertThatCanNotBeReadTakesNothingFromTheOthersOfItsGroup(String broken) {
    String whole = Fixture.text("alertmanager-firing.json");
    String body = whole.replace("\"alerts\":[", "\"alerts\":[" + broken + ",");

    List<Cause> causes = causes(new AlertmanagerSender(), Fixture.of(body));

    assertThat(causes)
        .extracting(Cause::delivery)
        .containsExactlyElementsOf(
            causes(new AlertmanagerSender(), Fixture.of(whole)).stream()
                .map(Cause::delivery)
                .toList());
    assertThat(causes.getFirst().evidence()).contains("of its group, 1 alerts can't be read");
    assertThatThrownBy(
            () -> new AlertmanagerSender().read(Fixture.of("{\"alerts\":[" + broken + "]}").hook()))
        .isInstanceOf(Rejection.class);
  }

  @Test
  void ofAGroupWithThousandsOfAlertsTheFirstOnesCount() {
    String alert =
        "{\"status\":\"firing\",\"fingerprint\":\"F\",\"startsAt\":\"2026-11-22T06:00:00Z\"},";
    StringBuilder alerts = new StringBuilder();
    for (int i = 0; i < AlertmanagerSender.MAX_ALERTS + 2; i++) {
      alerts.append(alert.replace("F", "f" + i));
    }
    String body =
        "{\"truncatedAlerts\":5,\"alerts\":[" + alerts.substring(0, alerts.length() - 1) + "]}";

    List<Cause> causes = causes(new AlertmanagerSender(), Fixture.of(body));

    assertThat(causes).hasSize(AlertmanagerSender.MAX_ALERTS);
    assertThat(causes.getFirst().evidence())
        .containsExactly("of its group, 7 more alerts were not looked at");
  }

  @Test
  void anAbortedRolloutIsTroubleAndOtherEventsAreNot() {
    String body = Fixture.text("argo-rollouts-aborted.json");

    Cause cause = cause(new ArgoRolloutsSender(), Fixture.of(body));

    assertThat(cause.what()).isEqualTo("rollout-aborted of shop");
    assertThat(cause.evidence()).singleElement().asString().startsWith("RolloutAborted: ");
    assertThat(Rules.find(cause.fields(), "rollout.metadata.labels.app.kubernetes.io/name"))
        .contains("shop");
    assertThat(
            nothing(
                new ArgoRolloutsSender(),
                Fixture.of(body.replace("\"rollout-aborted\"", "\"rollout-completed\""))))
        .contains("rollout-completed of shop");
  }

  @Test
  void aFailedCanaryIsTroubleAndItsTokenGoesNoFurther() {
    Cause event = cause(new FlaggerSender(), Fixture.of(flagger("flagger-event-failed.json")));
    Cause hook =
        cause(new FlaggerSender(), Fixture.of(flagger("flagger-post-rollout-failed.json")));

    assertThat(event.told()).isEqualTo(Instant.parse("2026-11-22T06:03:41Z"));
    assertThat(event.began()).isFalse();
    assertThat(event.evidence()).containsExactly("Canary failed! Scaling down shop.prod");
    assertThat(event.toString()).doesNotContain(TOKEN);
    assertThat(hook.told()).isEqualTo(NOW);
  }

  @ParameterizedTest
  @ValueSource(strings = {"flagger-event-suspended.json", "flagger-event-unreconciled.json"})
  void whatElseIsSaidOfACanaryThatFailedBeforeIsNoTrouble(String file) {
    assertThat(nothing(new FlaggerSender(), Fixture.of(flagger(file))))
        .startsWith("canary shop.prod failed before");
  }

  @Test
  void aFailureIsKnownByItsRevisionAndTheDayHoweverOftenFlaggerSaysIt() {
    String said = flagger("flagger-event-failed.json");
    String delivery = cause(new FlaggerSender(), Fixture.of(said)).delivery();
    String hook = flagger("flagger-post-rollout-failed.json");

    assertThat(delivery).isEqualTo("shop.prod 5ff9b1f6c7 2026-11-22");
    assertThat(
            cause(new FlaggerSender(), Fixture.of(said.replace("1795327421000", "1795328021000")))
                .delivery())
        .isEqualTo(delivery);
    assertThat(cause(new FlaggerSender(), Fixture.of(hook)).delivery()).isEqualTo(delivery);
    assertThat(
            cause(new FlaggerSender(), Fixture.of(said.replace("5ff9b1f6c7", "77aa"))).delivery())
        .isNotEqualTo(delivery);
    assertThat(
            cause(new FlaggerSender(), Fixture.of(said.replace("1795327421000", "1795413821000")))
                .delivery())
        .isNotEqualTo(delivery);
  }

  @Test
  void anEventOfARunningCanaryIsTakenButAHookThatAsksIsNeverSaidYesTo() {
    assertThat(nothing(new FlaggerSender(), Fixture.of(flagger("flagger-event-progressing.json"))))
        .contains("Progressing");
    for (String asking : List.of("flagger-rollback-hook.json", "flagger-rollback-hook-old.json")) {
      assertThatThrownBy(() -> new FlaggerSender().read(Fixture.of(flagger(asking)).hook()))
          .isInstanceOf(Rejection.class)
          .hasMessageContaining("asks for leave");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "\"text\"",
        "{} {}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":1,\"a\":2}",
        "{\"onset\":\"yesterday\"}",
        "{\"id\":",
      })
  void hostileBodiesAreRefused(String body) {
    assertThatThrownBy(() -> GENERIC.read(Fixture.generic(body, SECONDS, KEY).hook()))
        .isInstanceOf(Rejection.class);
  }

  @Test
  void aBodyThatIsDeepOrHasLongNumbersIsRefused() {
    String deep = "{\"a\":".repeat(65) + "1" + "}".repeat(65);
    String number = "{\"a\":" + "9".repeat(101) + "}";

    for (String body : List.of(deep, number)) {
      assertThatThrownBy(() -> GENERIC.read(Fixture.generic(body, SECONDS, KEY).hook()))
          .isInstanceOf(Rejection.class);
    }
    assertThatThrownBy(() ->
            new AlertmanagerSender()
                .read(Fixture.of("{\"alerts\":[" + "{},".repeat(2000) + "{}]}").hook()))
        .hasMessageContaining("expected a text in 'status'");
    assertThatThrownBy(() ->
            GENERIC.read(
                Fixture.generic("{\"id\":\"" + "i".repeat(501) + "\"}", SECONDS, KEY).hook()))
        .hasMessageContaining("1 to 500 characters");
  }

  @Test
  void bytesThatAreNoTextAreRefused() {
    for (byte[] body :
        List.of(new byte[] {'{', '"', (byte) 0xFF}, new byte[] {0, 0, 0, (byte) 0xFF})) {
      assertThatThrownBy(() -> HookJson.object(body)).isInstanceOf(Rejection.class);
    }
  }
}
