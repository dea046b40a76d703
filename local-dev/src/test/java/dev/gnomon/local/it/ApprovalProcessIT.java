package dev.gnomon.local.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.verification.waits.Patience;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Decisions that wait for a person, through the whole stack: by command, by event, by signed link.
class ApprovalProcessIT {
  private static final String KEY = "a-key-of-24-characters!!";
  private static final Map<String, String> ENVIRONMENT = Map.of("APPROVALS", KEY);
  private static final String CATALOGUE =
      Scene.smallest().replace("automation: auto ", "automation: approve ")
          + """
          clockTolerance: 1ms
          decisions: { approvals: { expires: 10m, key: "env:APPROVALS" } }
          """;

  @TempDir Path directory;

  @AfterEach
  void unfence() throws Exception {
    Scene.unfence(directory);
  }

  private static String sign(String decision, String evidence, long expires) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.getBytes(UTF_8), "HmacSHA256"));
    String text = "gnomon approval 1\n" + decision + "\n" + evidence + "\n" + expires;
    return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
  }

  /// A point, damage after it, and a prediction that leads to a decision which waits.
  private static JsonNode waiting(Scene scene, RunningStack stack, String event) throws Exception {
    var shell = scene.gnomon("shadow", "site", "--wait");
    assertThat(shell.code()).as(shell.out() + shell.err()).isZero();
    Instant point = Instant.now();
    Patience.await().until(() -> Instant.now().isAfter(point.plusMillis(50)));
    Instant onset = Instant.now();
    scene.damage();
    assertThat(
            stack.event(
                event,
                "failure-predicted",
                """
                {"resource": "site", "onset": "%s", "at": "%s", "confidence": 0.9, "evidence": ["errors doubled"]}
                """
                    .formatted(onset, onset.plusSeconds(60))))
        .isEqualTo(202);
    JsonNode decision = stack.await("/decisions/site-d1", "action", "WAITS_FOR_APPROVAL");
    assertThat(decision.path("asked").path("evidence").asText()).hasSize(64);
    return decision;
  }

  @Test
  void theCommandCarriesOutWhatWaits() throws Exception {
    Scene scene = Scene.of(directory, CATALOGUE);
    SortedMap<String, String> good = scene.content();
    try (RunningStack stack = RunningStack.start(scene, ENVIRONMENT)) {
      waiting(scene, stack, "p1");

      var explained = scene.gnomon("explain", "site-d1");
      var approved = scene.gnomon("approve", "site-d1", "--wait");

      assertThat(explained.out()).contains("waits until", "gnomon approve site-d1", "restore *");
      assertThat(approved.code()).as(approved.out() + approved.err()).isZero();
      assertThat(scene.content()).isEqualTo(good);
      assertThat(scene.gnomon("explain", "site-d1").out()).contains("given by", "site-e1");
      var again = scene.gnomon("approve", "site-d1", "--wait");
      assertThat(again.code()).as(again.out() + again.err()).isZero();
      assertThat(stack.terminate()).isZero();
    }
  }

  @Test
  void aSignedLinkShowsWhatWouldBeDoneAndItsButtonDoesIt() throws Exception {
    Scene scene = Scene.of(directory, CATALOGUE);
    SortedMap<String, String> good = scene.content();
    try (RunningStack stack = RunningStack.start(scene, ENVIRONMENT)) {
      JsonNode asked = waiting(scene, stack, "p1").path("asked");
      String evidence = asked.path("evidence").asText();
      long expires = Instant.parse(asked.path("expires").asText()).getEpochSecond();
      String link =
          "/approvals/site-d1?evidence=%s&expires=%d&signature=%s"
              .formatted(evidence, expires, sign("site-d1", evidence, expires));

      HttpResponse<String> page = stack.get(link);
      HttpResponse<String> forged =
          stack.post(link.replace("expires=", "expires=1"), "text/plain", "");
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("content-type").orElseThrow()).startsWith("text/html");
      assertThat(page.body()).contains("Decision site-d1", "<button>");
      // Who knows the address may approve: it shall be kept and told nowhere, and framed by nobody.
      assertThat(page.headers().allValues("cache-control")).containsExactly("no-store");
      assertThat(page.headers().allValues("referrer-policy")).containsExactly("no-referrer");
      assertThat(page.headers().allValues("x-frame-options")).containsExactly("DENY");
      assertThat(page.headers().allValues("x-content-type-options")).containsExactly("nosniff");
      assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
          .contains("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'");
      assertThat(forged.statusCode()).isEqualTo(401);
      assertThat(stack.find("/rollbacks/site-e1")).isEmpty();

      HttpResponse<String> answer = stack.post(link, "application/x-www-form-urlencoded", "");

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      assertThat(answer.headers().firstValue("location").orElseThrow())
          .endsWith("/rollbacks/site-e1");
      stack.await("/rollbacks/site-e1", "state", "SERVING");
      assertThat(scene.content()).isEqualTo(good);
      assertThat(stack.terminate()).isZero();
    }
  }

  @Test
  void anEventForOtherEvidenceIsRefused() throws Exception {
    Scene scene = Scene.of(directory, CATALOGUE);
    try (RunningStack stack = RunningStack.start(scene, ENVIRONMENT)) {
      waiting(scene, stack, "p1");

      stack.event(
          "a1",
          "decision-approved",
          "{\"decision\": \"site-d1\", \"evidence\": \"%s\"}".formatted("0".repeat(64)));

      JsonNode answer = stack.await("/requests/a1?source=/test", "outcome", "refused");
      assertThat(answer.path("reason").asText()).contains("rests on evidence");
      assertThat(stack.find("/rollbacks/site-e1")).isEmpty();
    }
  }
}
