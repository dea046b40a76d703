package dev.gnomon.protect.webhooks;

import static dev.gnomon.protect.webhooks.Fixture.KEY;
import static dev.gnomon.protect.webhooks.Fixture.TOKEN;
import static dev.gnomon.protect.webhooks.HookScene.SECONDS;
import static dev.gnomon.protect.webhooks.HookScene.deployment;
import static dev.gnomon.protect.webhooks.HookScene.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.catalogue.WebhookSender;
import dev.gnomon.core.catalogue.WebhookSender.Kind;
import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Problem;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may not come in, or not yet.
class WebhookStrangersTest {
  @TempDir Path directory;
  private final HookScene scene = new HookScene();

  private static ProblemKind problem(Throwable fault) {
    assertThat(fault).isInstanceOf(Rejection.class);
    return ((Rejection) fault).problem().kind();
  }

  @Test
  void whoeverMayNotComeInIsToldNothingMore() {
    Fixture forged = Fixture.generic("{\"service\":\"orders\"}", SECONDS, "another-key-of-chars");
    Fixture old = Fixture.generic("{\"service\":\"orders\"}", SECONDS - 301, KEY);
    Fixture broken = Fixture.of("{");

    List<Problem> answers = new ArrayList<>();
    for (String name : List.of("script", "ci", "alerts", "argo", "flagger", "nobody", "../x")) {
      for (Fixture one : List.of(forged, old, broken)) {
        Throwable fault = catchThrowable(() -> scene.webhooks().receive(name, one.hook()));
        assertThat(problem(fault)).isEqualTo(ProblemKind.UNAUTHORIZED);
        answers.add(((Rejection) fault).problem());
      }
    }

    assertThat(answers).containsOnly(answers.getFirst());
    assertThat(scene.sent).isEmpty();
    assertThat(scene.store.names()).isEmpty();
    assertThat(scene.counted("script", "forged")).isEqualTo(3);
    assertThat(scene.counted("unknown", "forged")).isEqualTo(6);
  }

  @Test
  void whoShowsNoProofIsKeptOutBeforeHisBodyIsRead() {
    for (String name : List.of("script", "ci", "alerts", "argo", "nobody")) {
      Hook head = Fixture.of("").hook();

      Throwable fault = catchThrowable(() -> scene.webhooks().door(name, head));

      assertThat(problem(fault)).as(name).isEqualTo(ProblemKind.UNAUTHORIZED);
      assertThat(scene.counted(name.equals("nobody") ? "unknown" : name, "forged")).isEqualTo(1);
    }
    Hook old = Fixture.generic("{}", SECONDS - 301, KEY).hook();
    assertThat(problem(catchThrowable(() -> scene.webhooks().door("script", old))))
        .isEqualTo(ProblemKind.UNAUTHORIZED);
    Hook plain = Fixture.bearer("", TOKEN).instead("Content-Type", "text/plain").hook();
    assertThat(problem(catchThrowable(() -> scene.webhooks().door("alerts", plain))))
        .isEqualTo(ProblemKind.NOT_JSON);
  }

  @Test
  void aKeyThatCannotBeReadTellsStrangersNothing() {
    List<WebhookSender> senders = new ArrayList<>(HookScene.ALL);
    senders.add(
        HookScene.sender(
            "locked", Kind.ALERTMANAGER, "env:NO_SUCH_KEY", rule("service", "orders", "orders")));
    Webhooks webhooks = scene.webhooks(senders);
    List<String> answers = new ArrayList<>();
    for (String name : List.of("locked", "script", "alerts", "nobody")) {
      for (Fixture forged :
          List.of(
              Fixture.bearer("{}", "a-token-of-24-characters"),
              Fixture.generic("{}", SECONDS, "another-key-of-chars"),
              Fixture.of("{}"))) {
        answers.add(String.valueOf(catchThrowable(() -> webhooks.receive(name, forged.hook()))));
        answers.add(String.valueOf(catchThrowable(() -> webhooks.door(name, forged.hook()))));
      }
      answers.add(
          String.valueOf(catchThrowable(() -> webhooks.follow(name, "key", "0".repeat(64)))));
    }

    Answer genuine =
        webhooks.receive(
            "script", Fixture.generic("{\"service\":\"orders\"}", SECONDS, KEY).hook());

    assertThat(genuine.status()).isEqualTo(202);
    // What has the form of a signature is let in to be looked at.
    assertThat(answers)
        .filteredOn(answer -> !answer.equals("null"))
        .containsOnly(answers.getFirst());
    assertThat(answers).filteredOn("null"::equals).hasSize(1);
    assertThat(answers.getFirst()).contains("Unavailable").doesNotContain("locked");
  }

  @Test
  void whoMayBeTheSenderComesInToBeLookedAt() {
    Webhooks webhooks = scene.webhooks();

    webhooks.door("script", Fixture.generic("{}", SECONDS, KEY).hook());
    webhooks.door("ci", deployment("d-1").hook());
    webhooks.door("alerts", Fixture.bearer("", TOKEN).hook());
    webhooks.door("flagger", Fixture.of("").hook());

    assertThat(scene.store.names()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "application/jsonx"
      })
  void anotherTypeOfContentIsNotTaken(String type) {
    Fixture fixture = deployment("d-1").instead("Content-Type", type);
    Fixture twice = deployment("d-1").with("Content-Type", "application/json");

    assertThat(problem(catchThrowable(() -> scene.webhooks().receive("ci", fixture.hook()))))
        .isEqualTo(ProblemKind.NOT_JSON);
    assertThat(problem(catchThrowable(() -> scene.webhooks().receive("ci", twice.hook()))))
        .isEqualTo(ProblemKind.NOT_JSON);
  }

  @Test
  void keysAreExchangedWhileWebhooksComeIn() throws Exception {
    Path first = directory.resolve("first");
    Path second = directory.resolve("second");
    Files.writeString(first, KEY + "\n");
    WebhookSender sender =
        new WebhookSender(
            "script",
            Kind.GENERIC,
            List.of(new Secret.Content(first), new Secret.Content(second)),
            Duration.ofMinutes(5),
            60,
            Duration.ofDays(1),
            List.of(rule("service", "orders", "orders")));
    Webhooks webhooks = scene.webhooks(List.of(sender));
    String next = "the-next-key-of-24-chars";
    Fixture old = Fixture.generic("{\"service\":\"orders\"}", SECONDS, KEY);
    Fixture young = Fixture.generic("{\"service\":\"orders\"}", SECONDS + 1, next);

    assertThat(webhooks.receive("script", old.hook()).status()).isEqualTo(202);
    assertThat(problem(catchThrowable(() -> webhooks.receive("script", young.hook()))))
        .isEqualTo(ProblemKind.UNAUTHORIZED);
    Files.writeString(second, next);
    assertThat(webhooks.receive("script", young.hook()).status()).isEqualTo(202);
    assertThat(webhooks.receive("script", old.hook()).status()).isEqualTo(202);
    Files.delete(first);
    assertThat(problem(catchThrowable(() -> webhooks.receive("script", old.hook()))))
        .isEqualTo(ProblemKind.UNAUTHORIZED);
    Files.writeString(second, "short");
    assertThatThrownBy(() -> webhooks.receive("script", young.hook()))
        .isInstanceOf(Unavailable.class)
        .hasMessageNotContaining("short");
  }

  @Test
  void aSenderThatSendsTooMuchHasToWaitAndForgedRequestsTakeNothingFromIt() {
    WebhookSender sender =
        new WebhookSender(
            "script",
            Kind.GENERIC,
            List.of(new Secret.Variable("KEY")),
            Duration.ofMinutes(5),
            2,
            Duration.ofDays(1),
            List.of(rule("service", "orders", "orders")));
    Webhooks webhooks = scene.webhooks(List.of(sender));
    Hook genuine = Fixture.generic("{}", SECONDS, KEY).hook();
    Hook forged = Fixture.generic("{}", SECONDS, "another-key-of-chars").hook();
    for (int i = 0; i < 10; i++) {
      catchThrowable(() -> webhooks.receive("script", forged));
    }
    webhooks.receive("script", genuine);
    webhooks.receive("script", genuine);

    Throwable third = catchThrowable(() -> webhooks.receive("script", genuine));
    scene.nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    Answer later = webhooks.receive("script", genuine);

    assertThat(third).isInstanceOf(Busy.class);
    assertThat(((Busy) third).retryAfter()).isEqualTo(Duration.ofSeconds(30));
    assertThat(later.status()).isEqualTo(200);
    assertThatThrownBy(() -> webhooks.receive("script", genuine)).isInstanceOf(Busy.class);
  }
}
