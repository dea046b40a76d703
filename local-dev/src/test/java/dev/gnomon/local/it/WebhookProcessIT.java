package dev.gnomon.local.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.local.stack.Packaged;
import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Webhooks through the whole stack: what a signed one leads to, and what others are answered.
class WebhookProcessIT {
  private static final String KEY = "a-key-of-24-characters!!";
  private static final String TOKEN = "a.token-of~24_characters";
  private static final String SCRIPT_KEY = "a-script-key-of-24-chars";
  private static final Map<String, String> KEYS =
      Map.of("CI_HOOK", KEY, "ALERT_HOOK", TOKEN, "SCRIPT_HOOK", SCRIPT_KEY);
  private static final Path BODIES =
      Packaged.ROOT.resolve("functions/protect/src/test/resources/webhooks");

  /// A clock that is as exact as one machine's, so that no test waits for the tolerance.
  private static final String CATALOGUE =
      Scene.smallest()
          + """
          clockTolerance: 1ms
          webhooks:
            - name: ci
              kind: github
              keys: ["env:CI_HOOK", "file:DIR/next-key"]
              rules:
                - match: { repository.full_name: acme/shop, deployment.environment: production }
                  resource: site
            - name: alerts
              kind: alertmanager
              keys: ["env:ALERT_HOOK"]
              rules: [{ match: { labels.service: orders }, resource: site }]
            - name: script
              kind: generic
              keys: ["env:SCRIPT_HOOK"]
              perMinute: 3
              rules: [{ match: { service: shop }, resource: site }]
          """;

  @TempDir Path directory;

  @BeforeEach
  void secondKey() throws IOException {
    Files.writeString(directory.resolve("next-key"), "the-next-key-of-24-chars\n");
  }

  @AfterEach
  void unfence() throws Exception {
    Scene.unfence(directory);
  }

  private static Map<String, String> keysAnd(String variable, String value) {
    Map<String, String> environment = new HashMap<>(KEYS);
    environment.put(variable, value);
    return environment;
  }

  private static String hmac(String key, String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
  }

  /// What GitHub sends of a deployment that failed.
  private static HttpResponse<String> deploymentFailed(
      RunningStack stack, Instant made, String delivery, String key) throws Exception {
    String body =
        Files.readString(BODIES.resolve("github-deployment-status.json"))
            .replace("2026-11-22T05:58:10Z", made.toString());
    return stack.post(
        "/hooks/ci",
        "application/json",
        body,
        "X-GitHub-Event",
        "deployment_status",
        "X-GitHub-Delivery",
        delivery,
        "X-Hub-Signature-256",
        "sha256=" + hmac(key, body));
  }

  private static HttpResponse<String> script(RunningStack stack, String body, String... more)
      throws Exception {
    String now = Long.toString(Instant.now().getEpochSecond());
    List<String> headers = new ArrayList<>();
    headers.addAll(List.of("Gnomon-Timestamp", now));
    headers.addAll(List.of("Gnomon-Signature", "v1=" + hmac(SCRIPT_KEY, now + "." + body)));
    headers.addAll(Arrays.asList(more));
    return stack.post("/hooks/script", "application/json", body, headers.toArray(String[]::new));
  }

  /// A point, a moment after it, and damage after that.
  ///
  /// @return the moment
  private static Instant damaged(Scene scene) throws Exception {
    var shell = scene.gnomon("shadow", "site", "--wait");
    assertThat(shell.code()).as(shell.out() + shell.err()).isZero();
    Instant point = Instant.now();
    Patience.await().until(() -> Instant.now().isAfter(point.plusMillis(50)));
    Instant made = Instant.now();
    scene.damage();
    return made;
  }

  private static String location(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return answer.headers().firstValue("Location").orElseThrow();
  }

  /// What became of the only request of a delivery.
  private static JsonNode decided(RunningStack stack, String location, String outcome)
      throws Exception {
    JsonNode delivery = stack.await(location, "state", "decided");
    assertThat(delivery.path("requests")).hasSize(1);
    JsonNode request = delivery.path("requests").get(0);
    assertThat(request.path("outcome").asText()).isEqualTo(outcome);
    return request;
  }

  private static List<JsonNode> decisions(Scene scene) throws IOException {
    Path decisions = scene.data.resolve("cells/west/decisions/site");
    if (Files.notExists(decisions)) {
      return List.of();
    }
    List<JsonNode> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(decisions)) {
      for (Path file : files.toList()) {
        found.add(Json.MAPPER.readTree(file.toFile()).path("record"));
      }
    }
    return found;
  }

  @Test
  void aDeploymentThatFailedIsRolledBackOnceHoweverOftenItIsTold() throws Exception {
    Scene scene = Scene.of(directory, CATALOGUE);
    SortedMap<String, String> good = scene.content();
    String location;
    Instant made;
    try (RunningStack stack = RunningStack.start(scene, KEYS)) {
      made = damaged(scene);
      assertThat(scene.content()).isNotEqualTo(good);

      HttpResponse<String> answer = deploymentFailed(stack, made, "d-1", KEY);

      location = location(answer);
      JsonNode request = decided(stack, location, "accepted");
      assertThat(request.path("rollback").asText()).isEqualTo("site-e1");
      stack.await("/rollbacks/site-e1", "state", "SERVING");
      assertThat(scene.content()).isEqualTo(good);
      assertThat(deploymentFailed(stack, made, "d-1", "the-next-key-of-24-chars").body())
          .isEqualTo(answer.body());
      assertThat(location(deploymentFailed(stack, made, "d-2", KEY))).isEqualTo(location);
      JsonNode decision = decisions(scene).getFirst();
      assertThat(decision.path("trigger").asText()).contains("github 'ci'", "delivery d-1");
      assertThat(decision.path("evidence").toString())
          .contains("https://ci.example.com/acme/shop/runs/7");
      assertThat(stack.output()).doesNotContain(KEY, "the-next-key-of-24-chars");
      stack.kill();
    }
    try (RunningStack again = RunningStack.start(scene, KEYS)) {
      assertThat(location(deploymentFailed(again, made, "d-1", KEY))).isEqualTo(location);
      JsonNode retold = decided(again, location, "accepted");
      assertThat(retold.path("rollback").asText()).isEqualTo("site-e1");
      String body = Files.readString(BODIES.resolve("alertmanager-firing.json"));
      HttpResponse<String> alerts =
          again.post(
              "/hooks/alerts",
              "application/json",
              body.replace("2026-11-22T06:01:30.123Z", made.plusMillis(1).toString())
                  .replace("2026-11-22T06:02:00.000000001Z", made.plusMillis(2).toString()),
              "Authorization",
              "Bearer " + TOKEN);
      assertThat(decided(again, location(alerts), "refused").path("reason").asText())
          .contains("rollback site-e1 has answered it already");
      assertThat(decisions(scene)).hasSize(2);
      assertThat(scene.content()).isEqualTo(good);
      Kills.assertNothingTwice(scene, again, "site");
    }
  }

  @Test
  void killedRightAfterItWasTakenItIsRolledBackAllTheSame() throws Exception {
    Scene scene = Scene.of(directory, CATALOGUE);
    SortedMap<String, String> good = scene.content();
    try (RunningStack stack = RunningStack.launch(scene, keysAnd("GNOMON_HALT_AFTER", "webhook"))) {
      stack.awaitReady();
      Instant made = damaged(scene);
      assertThatThrownBy(() -> deploymentFailed(stack, made, "d-1", KEY))
          .isInstanceOf(IOException.class);
      assertThat(stack.awaitEnd()).isEqualTo(137);
    }
    try (RunningStack next = RunningStack.start(scene, KEYS)) {
      next.await("/rollbacks/site-e1", "state", "SERVING");
      assertThat(scene.content()).isEqualTo(good);
      Kills.assertNothingTwice(scene, next, "site");
    }
  }

  @Test
  void automationIsObeyedAndStrangersAreToldNothing() throws Exception {
    Scene scene = Scene.of(directory, CATALOGUE.replace("automation: auto", "automation: observe"));
    try (RunningStack stack = RunningStack.start(scene, KEYS)) {
      Instant made = damaged(scene);
      SortedMap<String, String> damaged = scene.content();

      String location = location(deploymentFailed(stack, made, "d-1", KEY));

      JsonNode request = decided(stack, location, "refused");
      assertThat(request.path("reason").asText())
          .contains("site has automation observe", "gnomon rollback --resource site --to ");
      assertThat(scene.content()).isEqualTo(damaged);
      assertThat(scene.epochs()).containsExactly(1L);
      assertThat(stack.deadLetters()).isEmpty();

      strangers(stack, made);
      tooMuch(stack);
    }
  }

  private static void strangers(RunningStack stack, Instant made) throws Exception {
    List<HttpResponse<String>> forged =
        List.of(
            deploymentFailed(stack, made, "d-9", "a-key-that-nobody-gave-out"),
            stack.post("/hooks/ci", "application/json", "{}"),
            stack.post("/hooks/nobody", "application/json", "{}"),
            stack.post("/hooks/alerts", "application/json", "{}", "Authorization", "Bearer x"),
            stack.post(
                "/hooks/alerts",
                "application/json",
                "{}",
                "Authorization",
                "Bearer " + TOKEN,
                "Authorization",
                "Bearer " + TOKEN));
    for (HttpResponse<String> answer : forged) {
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).isEqualTo(forged.getFirst().body());
    }
    assertThat(
            stack
                .post("/hooks/alerts", "text/plain", "{}", "Authorization", "Bearer " + TOKEN)
                .statusCode())
        .isEqualTo(415);
    assertThat(
            stack
                .post(
                    "/hooks/alerts",
                    "application/json",
                    " ".repeat((1 << 20) + 1),
                    "Authorization",
                    "Bearer " + TOKEN)
                .statusCode())
        .isEqualTo(413);
    assertThat(
            stack
                .post(
                    "/hooks/alerts",
                    "application/json",
                    "{\"alerts\":[NaN]}",
                    "Authorization",
                    "Bearer " + TOKEN)
                .statusCode())
        .isEqualTo(400);
  }

  private static void tooMuch(RunningStack stack) throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(script(stack, "{\"service\":\"other\"}").statusCode()).isEqualTo(200);
    }
    HttpResponse<String> busy = script(stack, "{\"service\":\"other\"}");
    assertThat(busy.statusCode()).isEqualTo(429);
    assertThat(Integer.parseInt(busy.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(1, 20);
    assertThat(stack.get("/q/metrics").body())
        .contains("gnomon_webhooks_total{outcome=\"busy\",sender=\"script\"");
  }

  @Test
  void aProcessForWebhooksAloneIsDeafToEverythingElse() throws Exception {
    Scene scene = Scene.of(directory, CATALOGUE);
    try (RunningStack stack =
        RunningStack.start(scene, keysAnd("GNOMON_PROTECT_ONLY_WEBHOOKS", "true"))) {
      assertThat(stack.get("/status").statusCode()).isEqualTo(404);
      assertThat(stack.get("/q/metrics").statusCode()).isEqualTo(404);
      assertThat(stack.get("/hooks/../status").statusCode()).isEqualTo(404);
      assertThat(stack.get("/q/health/live").statusCode()).isEqualTo(200);
      assertThat(stack.post("/automation", "application/json", "{\"paused\":true}").statusCode())
          .isEqualTo(404);
      assertThat(stack.event("e1", "rollback-requested", "{}")).isEqualTo(404);
      assertThat(
              stack
                  .post(
                      "/rollback",
                      "application/json",
                      "{\"resource\":\"site\",\"by\":\"person\"}",
                      "ce-specversion",
                      "1.0",
                      "ce-id",
                      "e1",
                      "ce-source",
                      "/test",
                      "ce-type",
                      "dev.gnomon.rollback-requested.v1")
                  .statusCode())
          .isEqualTo(404);
      assertThat(stack.post("/hooks/ci", "application/json", "{}").statusCode()).isEqualTo(401);
      assertThat(script(stack, "{\"service\":\"other\"}").statusCode()).isEqualTo(200);
      String taken = location(deploymentFailed(stack, Instant.now(), "d-1", KEY));
      assertThat(stack.await(taken, "state", "asked").path("delivery").asText()).isEqualTo("d-1");
      assertThat(stack.get(taken.replaceFirst("proof=..", "proof=zz")).statusCode()).isEqualTo(401);
      assertThat(stack.post("/hooks/ci/deliveries/x", "application/json", "{}").statusCode())
          .isEqualTo(404);
      assertThat(scene.epochs()).isEmpty(); // it makes no route true either
    }
  }
}
