package dev.gnomon.protect.webhooks;

import static dev.gnomon.protect.webhooks.Fixture.KEY;
import static dev.gnomon.protect.webhooks.HookScene.SECONDS;
import static dev.gnomon.protect.webhooks.HookScene.deployment;
import static dev.gnomon.protect.webhooks.HookScene.receipt;
import static dev.gnomon.protect.webhooks.HookScene.rule;
import static dev.gnomon.protect.webhooks.HookScene.sender;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.catalogue.WebhookSender;
import dev.gnomon.core.catalogue.WebhookSender.Kind;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.events.Outgoing;
import dev.gnomon.runtime.http.Answer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// What comes again, from whomever, whenever, is asked for once.
class WebhookReplaysTest {
  private static final ResourceName ORDERS = new ResourceName("orders");

  private final HookScene scene = new HookScene();

  @Test
  void aReplayIsAnsweredAsTheFirstTimeAndAsksForNothing() {
    Answer first = scene.webhooks().receive("ci", deployment("d-1").hook());
    Answer again = scene.webhooks().receive("ci", deployment("d-1").hook());

    assertThat(again).isEqualTo(first);
    assertThat(scene.sent).hasSize(1);
  }

  @Test
  void theSameSignedBodyUnderAnotherDeliveryIdIsTheSame() {
    Answer first = scene.webhooks().receive("ci", deployment("d-1").hook());
    Answer forged = scene.webhooks().receive("ci", deployment("d-2").hook());

    assertThat(forged).isEqualTo(first);
    assertThat(scene.sent).hasSize(1);
  }

  @Test
  void aDeliveryIdThatWasUsedForAnotherBodyIsRefused() {
    scene.webhooks().receive("ci", deployment("d-1").hook());
    String other = Fixture.text("github-deployment-status.json").replace("990022", "990023");
    Fixture second = Fixture.gitHub(other, "deployment_status", "d-1", KEY);
    scene.script("{\"id\":\"one\",\"service\":\"orders\"}");

    assertThatThrownBy(() -> scene.webhooks().receive("ci", second.hook()))
        .isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> scene.script("{\"id\":\"one\",\"service\":\"orders\",\"more\":1}"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("delivery one came before with another content");
    assertThat(scene.sent).hasSize(2);
  }

  @Test
  void theSameDeliveryIdOfAnotherSenderIsAnotherDelivery() {
    WebhookSender other =
        sender("script2", Kind.GENERIC, "env:KEY", rule("service", "orders", "orders"));
    Hook hook = Fixture.generic("{\"id\":\"one\",\"service\":\"orders\"}", SECONDS, KEY).hook();

    Answer first = scene.webhooks().receive("script", hook);
    Answer second = scene.webhooks(List.of(other)).receive("script2", hook);

    assertThat(second.headers()).isNotEqualTo(first.headers());
    assertThat(scene.sent).hasSize(2);
  }

  @Test
  void racingProcessesAskWithOneId() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    List<Answer> answers = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Webhooks process = scene.webhooks();
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  go.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                answers.add(process.receive("ci", deployment("d-1").hook()));
              }));
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(answers).hasSize(8);
    assertThat(answers).containsOnly(answers.getFirst());
    assertThat(scene.sent.stream().map(Outgoing::id).distinct()).hasSize(1);
  }

  @Test
  void killedBeforeItWasSentASweepSendsItOnce() {
    scene.haltAfter = "webhook";
    catchThrowable(() -> scene.webhooks().receive("ci", deployment("d-1").hook()));
    assertThat(scene.sent).isEmpty();
    scene.haltAfter = "";

    scene.log().sweep();
    scene.log().sweep();
    Answer redelivered = scene.webhooks().receive("ci", deployment("d-1").hook());

    assertThat(scene.sent)
        .extracting(Outgoing::id)
        .containsExactly(receipt(redelivered).requests().getFirst().id());
    assertThat(scene.openWork().open(OpenWork.Kind.WEBHOOKS)).isEmpty();
  }

  @Test
  void whatTheBrokerDoesNotTakeIsNotTakenEither() {
    scene.broker =
        event -> {
          throw new Unavailable("the broker is away");
        };
    assertThatThrownBy(() -> scene.webhooks().receive("ci", deployment("d-1").hook()))
        .isInstanceOf(Unavailable.class);
    scene.broker = scene.sent::add;

    scene.webhooks().receive("ci", deployment("d-1").hook());

    assertThat(scene.sent).hasSize(1);
    assertThat(scene.counted("ci", "failed")).isEqualTo(1);
  }

  @Test
  void whatWasAskedForStandsAlthoughTheRulesChange() {
    scene.webhooks().receive("ci", deployment("d-1").hook());
    WebhookSender changed =
        sender("ci", Kind.GITHUB, "env:KEY", rule("event", "deployment_status", "stock"));

    Answer again = scene.webhooks(List.of(changed)).receive("ci", deployment("d-1").hook());

    assertThat(receipt(again).requests())
        .extracting(request -> request.resource())
        .containsExactly(ORDERS);
    assertThat(scene.sent).hasSize(1);
  }
}
